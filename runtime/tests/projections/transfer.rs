//! A transfer, which touches two documents with one event.

use gesta::prelude::*;
use gesta::{
    Document, DocumentHandler, IndexEntries, Keys, Kind, On, Projection, ProjectionRoot, Source,
    Subscriber, Subscriptions, Then,
};
use serde::{Deserialize, Serialize};

use crate::account::{Account, AccountClosed, AccountOpened, Deposited};

#[event(lock = false)]
pub struct Transferred {
    pub from: String,
    pub to: String,
    pub cents: u64,
}

#[aggregate]
#[derive(Default)]
pub struct Transfer {}

#[aggregate]
impl Transfer {
    #[command(create)]
    pub fn book(&self, from: String, to: String, cents: u64) -> Transferred {
        Transferred { from, to, cents }
    }
    #[apply]
    fn transferred(&mut self, _: &Transferred) {}
}

/// What moved through an account, by deposits and transfers.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub struct Turnover {
    pub cents: u64,
    pub seen: Vec<u64>,
}
impl Turnover {
    fn take(&mut self, cents: u64, position: u64) {
        self.cents += cents;
        self.seen.push(position);
    }
}
impl Subscriber for Turnover {
    type Handler = DocumentHandler<Self>;
}
impl ProjectionRoot for Turnover {
    const NAME: &'static str = "Turnover";
    fn subscribe(to: &mut Subscriptions<Self>) {
        <Account as Source<Self>>::subscribe(to);
        <Transfer as Source<Self>>::subscribe(to);
    }
    fn kind() -> Kind<Self> {
        Kind::documents()
    }
}
impl Projection for Turnover {}
impl Document for Turnover {
    const INDEXES: &'static [&'static str] = &["level"];
    fn index(&self, entries: &mut IndexEntries) {
        entries.add(0, &(self.cents / 100));
    }
}
impl On<AccountOpened> for Turnover {
    fn handler() -> DocumentHandler<Self> {
        DocumentHandler::ignore()
    }
}
impl On<Deposited> for Turnover {
    fn handler() -> DocumentHandler<Self> {
        DocumentHandler::fold(
            |this: &mut Self, event: &Deposited, recorded: &Recorded, _| {
                this.take(event.cents, recorded.position);
            },
        )
    }
}
impl On<AccountClosed> for Turnover {
    fn handler() -> DocumentHandler<Self> {
        DocumentHandler::fold(|_: &mut Self, _: &AccountClosed, _, _| Then::Delete)
    }
}
impl On<Transferred> for Turnover {
    fn handler() -> DocumentHandler<Self> {
        DocumentHandler::fold(
            |this: &mut Self, event: &Transferred, recorded: &Recorded, _| {
                this.take(event.cents, recorded.position);
            },
        )
        .keyed(|event: &Transferred, _| Keys::several([&event.from, &event.to]))
    }
}
