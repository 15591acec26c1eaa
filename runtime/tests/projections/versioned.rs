//! A projection of which there are several versions.

use gesta::{
    Document, DocumentHandler, IndexEntries, Kind, On, Projection, ProjectionRoot, Source,
    Subscriber, Subscriptions,
};
use serde::{Deserialize, Serialize};

use crate::account::{Account, AccountClosed, AccountOpened, Deposited};

/// Version `V` counts each deposit `V` times; `CODE` is its code, and it may have an index.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Versioned<const V: u32, const CODE: u64 = 0, const INDEXED: bool = false> {
    pub count: u32,
}
impl<const V: u32, const CODE: u64, const INDEXED: bool> Subscriber
    for Versioned<V, CODE, INDEXED>
{
    type Handler = DocumentHandler<Self>;
}
impl<const V: u32, const CODE: u64, const INDEXED: bool> ProjectionRoot
    for Versioned<V, CODE, INDEXED>
{
    const NAME: &'static str = "Versioned";
    const VERSION: u32 = V;
    const FINGERPRINT: u64 = CODE;
    fn subscribe(to: &mut Subscriptions<Self>) {
        <Account as Source<Self>>::subscribe(to);
    }
    fn kind() -> Kind<Self> {
        Kind::documents()
    }
}
impl<const V: u32, const CODE: u64, const INDEXED: bool> Projection
    for Versioned<V, CODE, INDEXED>
{
}
impl<const V: u32, const CODE: u64, const INDEXED: bool> Document for Versioned<V, CODE, INDEXED> {
    const INDEXES: &'static [&'static str] = if INDEXED { &["count"] } else { &[] };
    fn index(&self, entries: &mut IndexEntries) {
        if INDEXED {
            entries.add(0, &self.count);
        }
    }
}
impl<const V: u32, const CODE: u64, const INDEXED: bool> On<AccountOpened>
    for Versioned<V, CODE, INDEXED>
{
    fn handler() -> DocumentHandler<Self> {
        DocumentHandler::ignore()
    }
}
impl<const V: u32, const CODE: u64, const INDEXED: bool> On<Deposited>
    for Versioned<V, CODE, INDEXED>
{
    fn handler() -> DocumentHandler<Self> {
        DocumentHandler::fold(|this: &mut Self, _: &Deposited, _, _| this.count += V)
    }
}
impl<const V: u32, const CODE: u64, const INDEXED: bool> On<AccountClosed>
    for Versioned<V, CODE, INDEXED>
{
    fn handler() -> DocumentHandler<Self> {
        DocumentHandler::ignore()
    }
}
