use gesta::prelude::*;

// ANCHOR: events
#[event]
pub struct AccountOpened {
    pub owner: String,
}

#[event]
pub struct Deposited {
    pub cents: u64,
}

#[event]
pub struct Withdrawn {
    pub cents: u64,
}
// ANCHOR_END: events

// ANCHOR: error
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum Refused {
    #[error("{requested} cents requested, {available} available")]
    InsufficientFunds { requested: u64, available: u64 },
}
// ANCHOR_END: error

// ANCHOR: state
#[aggregate(error = Refused)]
#[derive(Debug, Default)]
pub struct Account {
    balance: u64,
}
// ANCHOR_END: state

// ANCHOR: behaviour
#[aggregate]
impl Account {
    // ANCHOR: commands
    #[command(create)]
    pub fn open(&self, owner: String) -> AccountOpened {
        AccountOpened { owner }
    }

    #[command]
    pub fn deposit(&self, cents: u64) -> Deposited {
        Deposited { cents }
    }

    // ANCHOR: withdraw
    #[command]
    pub fn withdraw(&self, cents: u64) -> Result<Withdrawn, Refused> {
        if cents > self.balance {
            return Err(Refused::InsufficientFunds {
                requested: cents,
                available: self.balance,
            });
        }
        Ok(Withdrawn { cents })
    }
    // ANCHOR_END: withdraw
    // ANCHOR_END: commands

    // ANCHOR: apply
    #[apply]
    fn opened(&mut self, _: &AccountOpened) {}
    #[apply]
    fn deposited(&mut self, event: &Deposited) {
        self.balance += event.cents
    }
    #[apply]
    fn withdrawn(&mut self, event: &Withdrawn) {
        self.balance -= event.cents
    }
    // ANCHOR_END: apply
}
// ANCHOR_END: behaviour
