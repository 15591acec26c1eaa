//! The account of the README, written by hand against the public traits: what the attributes generate, and proof that
//! a user can leave them at any time.

#![allow(missing_docs, reason = "an example, not an API")]

use gesta::aggregate::{Aggregate, AggregateRoot, Command, CommandContext, Existence, IntoEvents};
use gesta::event::{Encoded, Event, EventObject, EventOf, EventType, Events};
use serde::{Deserialize, Serialize};

// #[event]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccountOpened {
    pub owner: String,
}

impl Event for AccountOpened {
    const NAME: &'static str = "AccountOpened";
    const VERSION: u32 = 1;
}

// #[event]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Withdrawn {
    pub cents: u64,
}

impl Event for Withdrawn {
    const NAME: &'static str = "Withdrawn";
    const VERSION: u32 = 1;
}

#[derive(Debug, thiserror::Error, PartialEq)]
#[error("{requested} cents requested, {available} available")]
pub struct Refused {
    pub requested: u64,
    pub available: u64,
}

// #[aggregate(error = Refused)]
#[derive(Debug, Default)]
pub struct Account {
    balance: u64,
}

impl AggregateRoot for Account {
    type Id = String;
    type Error = Refused;
    const NAME: &'static str = "Account";
}

// #[aggregate]
impl Account {
    pub fn open(&self, owner: String) -> AccountOpened {
        AccountOpened { owner }
    }

    pub fn withdraw(&self, cents: u64) -> Result<Withdrawn, Refused> {
        if cents > self.balance {
            return Err(Refused {
                requested: cents,
                available: self.balance,
            });
        }
        Ok(Withdrawn { cents })
    }

    fn opened(&mut self, _: &AccountOpened) {
        self.balance = 100;
    }

    fn withdrawn(&mut self, event: &Withdrawn) {
        self.balance -= event.cents;
    }
}

#[derive(Debug, Clone)]
pub enum AccountEvent {
    AccountOpened(AccountOpened),
    Withdrawn(Withdrawn),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Open {
    pub owner: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Withdraw {
    pub cents: u64,
}

const _: () = {
    impl Events for AccountEvent {
        const TYPES: &'static [EventType<Self>] = &[
            EventType::of::<AccountOpened>(),
            EventType::of::<Withdrawn>(),
        ];

        fn event(&self) -> &dyn EventObject {
            match self {
                Self::AccountOpened(event) => event,
                Self::Withdrawn(event) => event,
            }
        }
    }

    impl Aggregate for Account {
        type Event = AccountEvent;

        fn apply(&mut self, event: &AccountEvent) {
            match event {
                AccountEvent::AccountOpened(event) => self.opened(event),
                AccountEvent::Withdrawn(event) => self.withdrawn(event),
            }
        }
    }

    impl IntoEvents<Account> for AccountEvent {
        fn add_to(self, events: &mut Vec<AccountEvent>) -> Result<(), Refused> {
            events.push(self);
            Ok(())
        }
    }

    impl EventOf<AccountEvent> for AccountOpened {}

    impl From<AccountOpened> for AccountEvent {
        fn from(event: AccountOpened) -> Self {
            Self::AccountOpened(event)
        }
    }

    impl IntoEvents<Account> for AccountOpened {
        fn add_to(self, events: &mut Vec<AccountEvent>) -> Result<(), Refused> {
            events.push(self.into());
            Ok(())
        }
    }

    impl EventOf<AccountEvent> for Withdrawn {}

    impl From<Withdrawn> for AccountEvent {
        fn from(event: Withdrawn) -> Self {
            Self::Withdrawn(event)
        }
    }

    impl IntoEvents<Account> for Withdrawn {
        fn add_to(self, events: &mut Vec<AccountEvent>) -> Result<(), Refused> {
            events.push(self.into());
            Ok(())
        }
    }

    impl Command for Open {
        type Aggregate = Account;
        const NAME: &'static str = "Account.open";
        const EXISTENCE: Existence = Existence::Create;

        fn decide(
            &self,
            state: &Account,
            _: &CommandContext,
        ) -> Result<Vec<AccountEvent>, Refused> {
            gesta::private::decided::<Account>(state.open(self.owner.clone()))
        }
    }

    impl Command for Withdraw {
        type Aggregate = Account;
        const NAME: &'static str = "Account.withdraw";
        const EXISTENCE: Existence = Existence::Require;

        fn decide(
            &self,
            state: &Account,
            _: &CommandContext,
        ) -> Result<Vec<AccountEvent>, Refused> {
            gesta::private::decided::<Account>(state.withdraw(self.cents))
        }
    }
};

#[test]
fn a_stored_event_comes_back_as_it_was() {
    let event = AccountEvent::from(Withdrawn { cents: 7 });
    let object = event.event();
    let json = object.to_json().unwrap();
    let stored = Encoded {
        name: object.name(),
        version: object.version(),
        json: &json,
    };
    let back = AccountEvent::decode(stored).unwrap().into_iter().next();
    let Some(AccountEvent::Withdrawn(back)) = back else {
        panic!("another event came back");
    };
    assert_eq!(back.cents, 7);
}
