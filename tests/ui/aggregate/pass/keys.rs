#![allow(unused_variables)]

use gesta::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, AggregateId)]
pub struct Number(u32);

#[event(name = "AccountOpened", crate = ::gesta)]
#[derive(PartialEq, Clone)]
pub struct Opened {
    #[serde(default)]
    pub owner: String,
}

#[event]
#[derive(Serialize, Deserialize, Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct Closed {
    pub last_balance: u64,
}

#[aggregate(id = Number, error = std::fmt::Error, name = "Account", snapshot(every = 100, version = 2), crate = gesta)]
#[derive(Default, Serialize, Deserialize)]
pub struct BankAccount {
    open: bool,
}

#[aggregate(crate = gesta)]
impl BankAccount {
    const LIMIT: usize = 3;

    #[gesta::command(create, name = OpenAccount)]
    fn open(&self, #[serde(default)] owners: [u8; Self::LIMIT]) -> Opened {
        self.helper();
        Opened { owner: format!("{owners:?}") }
    }

    #[command]
    fn close(&self) -> Closed {
        Closed { last_balance: 0 }
    }

    fn helper(&self) {}

    #[gesta::apply]
    fn opened(&mut self, _: &self::Opened) {
        self.open = true;
    }

    #[apply]
    fn closed(&mut self, _: &Closed) {
        self.open = false;
    }
}

fn main() {
    use gesta::{AggregateRoot, Command};

    assert_eq!(BankAccount::NAME, "Account");
    assert_eq!(OpenAccount::NAME, "Account.open");
    assert!(BankAccount::snapshots().is_some());
    let id: Number = "7".parse().unwrap();
    assert_eq!(id.to_string(), "7");
    assert_eq!(Number::from(7).to_string(), "7");
}
