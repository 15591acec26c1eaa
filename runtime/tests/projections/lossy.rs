//! A document whose JSON nobody can read.

use gesta::{
    Document, DocumentHandler, Kind, Mode, On, Projection, ProjectionRoot, Source, Subscriber,
    Subscriptions,
};
use serde::{Deserialize, Serialize};

use crate::account::{Account, AccountClosed, AccountOpened, Deposited};

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Lossy {
    pub count: u32,
    rate: f64,
}
impl Subscriber for Lossy {
    type Handler = DocumentHandler<Self>;
}
impl ProjectionRoot for Lossy {
    const NAME: &'static str = "Lossy";
    fn subscribe(to: &mut Subscriptions<Self>) {
        <Account as Source<Self>>::subscribe(to);
    }
    fn kind() -> Kind<Self> {
        Kind::documents()
    }
}
impl Projection for Lossy {}
impl Document for Lossy {
    const MODE: Mode = Mode::Live;
}
impl On<AccountOpened> for Lossy {
    fn handler() -> DocumentHandler<Self> {
        DocumentHandler::ignore()
    }
}
impl On<Deposited> for Lossy {
    fn handler() -> DocumentHandler<Self> {
        DocumentHandler::fold(|this: &mut Self, _: &Deposited, _, _| {
            this.count += 1;
            this.rate = f64::NAN;
        })
    }
}
impl On<AccountClosed> for Lossy {
    fn handler() -> DocumentHandler<Self> {
        DocumentHandler::ignore()
    }
}
