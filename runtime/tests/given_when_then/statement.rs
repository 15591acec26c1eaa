//! Read models of bank accounts, and one that shows whatever a handler can do wrong.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};

use gesta::prelude::*;
use gesta::{HandlerError, Timestamp};

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
    #[apply]
    fn opened(&mut self, _: &AccountOpened) {}
    #[apply]
    fn deposited(&mut self, _: &Deposited) {}
    #[apply]
    fn closed(&mut self, _: &AccountClosed) {}
}

/// A document for each account.
#[projection(of(Account))]
pub struct Statement {
    #[index]
    pub owner: String,
    pub balance: u64,
}

#[projection]
impl Statement {
    #[on]
    fn opened(&mut self, event: &AccountOpened) {
        self.owner.clone_from(&event.owner);
    }

    #[on]
    fn deposited(&mut self, event: &Deposited) -> Result<(), HandlerError> {
        assert!(event.cents != 13, "no luck");
        if event.cents == 0 {
            return Err("nothing was deposited".into());
        }
        self.balance += event.cents;
        Ok(())
    }

    #[on]
    fn closed(&mut self, _: &AccountClosed) -> Then {
        Then::Delete
    }
}

#[event]
pub struct Noted {
    pub text: String,
}

/// Its ids are numbers.
#[aggregate(id = u64)]
#[derive(Default)]
pub struct Diary {}

#[aggregate]
impl Diary {
    #[apply]
    fn noted(&mut self, _: &Noted) {}
}

/// The last that was noted, in whatever diary.
#[projection(of(Diary))]
pub struct LastNote {
    pub text: String,
    pub diary: String,
    pub position: u64,
    pub version: u64,
    pub time: Option<Timestamp>,
    pub actor: Option<String>,
    pub correlation: Option<String>,
}

#[projection]
impl LastNote {
    #[on(key = "last")]
    fn noted(&mut self, event: &Noted, recorded: &Recorded) {
        *self = Self {
            text: event.text.clone(),
            diary: recorded.stream.id().to_owned(),
            position: recorded.position,
            version: recorded.version,
            time: Some(recorded.meta.time),
            actor: recorded.meta.actor.clone(),
            correlation: recorded.meta.correlation.clone(),
        };
    }
}

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
    static LAST: RefCell<String> = const { RefCell::new(String::new()) };
    static ROUTED: Cell<usize> = const { Cell::new(0) };
}

/// What is wrong with it, a diary says.
#[projection(of(Diary))]
pub struct Wrong {
    pub shown: String,
    pub number: f64,
    #[serde(skip_deserializing)]
    pub lost: u64,
    #[serde(skip)]
    pub seen: u64,
    pub harmless: HashMap<String, u64>,
}

#[projection]
impl Wrong {
    #[on(key = Self::key(event))]
    fn noted(&mut self, event: &Noted) {
        self.seen += 1;
        match event.text.as_str() {
            "count" => {
                COUNT.set(COUNT.get() + 1);
                self.shown = format!("count {}", COUNT.get());
            }
            "order" => {
                let set: HashSet<_> = ('a'..='m').collect();
                self.shown = set.into_iter().collect();
            }
            "skip" => self.shown = format!("seen {}", self.seen),
            "beside" => self.shown = format!("event {}", ROUTED.get()),
            "lose" => self.lost = 7,
            "nan" => self.number = f64::NAN,
            "harmless" => self.harmless = ('a'..='m').map(|char| (char.into(), 0)).collect(),
            once if once.starts_with("once") && LAST.replace(once.into()) != once => {
                self.shown += once;
            }
            _ => {}
        }
    }

    fn key(event: &Noted) -> &'static str {
        ROUTED.set(event.text.len());
        "key"
    }
}
