//! The bank account that the tests fold.

use gesta::prelude::*;
use gesta::{
    Document, DocumentHandler, HandlerError, Index, IndexEntries, Kind, Mode, On, Projection,
    ProjectionRoot, Source, Subscriber, Subscriptions,
};
use serde::{Deserialize, Serialize};

#[event]
pub struct AccountOpened {
    pub owner: String,
}

#[event]
pub struct Deposited {
    pub cents: u64,
}

#[event]
pub struct AccountClosed {}

#[aggregate]
#[derive(Default)]
pub struct Account {}

#[aggregate]
impl Account {
    #[command(create)]
    pub fn open(&self, owner: String) -> AccountOpened {
        AccountOpened { owner }
    }
    #[command]
    pub fn deposit(&self, cents: u64) -> Deposited {
        Deposited { cents }
    }
    #[command]
    pub fn close(&self) -> AccountClosed {
        AccountClosed {}
    }
    #[apply]
    fn opened(&mut self, _: &AccountOpened) {}
    #[apply]
    fn deposited(&mut self, _: &Deposited) {}
    #[apply]
    fn closed(&mut self, _: &AccountClosed) {}
}

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    pub owner: String,
    pub balance: u64,
    pub entries: Vec<u64>,
}
impl Subscriber for Statement {
    type Handler = DocumentHandler<Self>;
}
impl ProjectionRoot for Statement {
    const NAME: &'static str = "Statement";
    fn subscribe(to: &mut Subscriptions<Self>) {
        <Account as Source<Self>>::subscribe(to);
    }
    fn kind() -> Kind<Self> {
        Kind::documents()
    }
}
impl Projection for Statement {}
impl Document for Statement {
    const INDEXES: &'static [&'static str] = &["owner"];
    fn index(&self, entries: &mut IndexEntries) {
        entries.add(0, &self.owner);
    }
}
impl Statement {
    pub const OWNER: Index<Self, String> = Index::new(0);
}
impl On<AccountOpened> for Statement {
    fn handler() -> DocumentHandler<Self> {
        DocumentHandler::fold(|this: &mut Self, event: &AccountOpened, _| {
            this.owner.clone_from(&event.owner);
        })
    }
}
impl On<Deposited> for Statement {
    fn handler() -> DocumentHandler<Self> {
        DocumentHandler::fold(|this: &mut Self, event: &Deposited, recorded: &Recorded| {
            if event.cents == 13 {
                return Err::<(), HandlerError>("thirteen".into());
            }
            this.balance += event.cents;
            this.entries.push(recorded.position);
            Ok(())
        })
    }
}
impl On<AccountClosed> for Statement {
    fn handler() -> DocumentHandler<Self> {
        DocumentHandler::fold(|_: &mut Self, _: &AccountClosed, _| gesta::Then::Delete)
    }
}
impl<S: On<AccountOpened> + On<Deposited> + On<AccountClosed>> Source<S> for Account {
    fn subscribe(to: &mut Subscriptions<S>) {
        let _ = to
            .aggregate::<Self>()
            .on::<AccountOpened>()
            .on::<Deposited>()
            .on::<AccountClosed>();
    }
}

/// The balance, as the command sees it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Balance(pub u64);
impl Subscriber for Balance {
    type Handler = DocumentHandler<Self>;
}
impl ProjectionRoot for Balance {
    const NAME: &'static str = "Balance";
    fn subscribe(to: &mut Subscriptions<Self>) {
        <Account as Source<Self>>::subscribe(to);
    }
    fn kind() -> Kind<Self> {
        Kind::documents()
    }
}
impl Projection for Balance {}
impl Document for Balance {
    const MODE: Mode = Mode::Inline;
}
impl On<AccountOpened> for Balance {
    fn handler() -> DocumentHandler<Self> {
        DocumentHandler::ignore()
    }
}
impl On<Deposited> for Balance {
    fn handler() -> DocumentHandler<Self> {
        DocumentHandler::fold(|this: &mut Self, event: &Deposited, _| {
            if event.cents == 13 {
                return Err("thirteen");
            }
            this.0 += event.cents;
            Ok(())
        })
    }
}
impl On<AccountClosed> for Balance {
    fn handler() -> DocumentHandler<Self> {
        DocumentHandler::fold(|_: &mut Self, _: &AccountClosed, _| gesta::Then::Delete)
    }
}
