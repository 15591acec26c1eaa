use gesta::prelude::*;

#[event]
pub struct AccountOpened {
    pub owner: String,
}

#[event]
pub struct Deposited {
    pub cents: u64,
}

#[event(version = 2)]
pub struct Withdrawn {
    pub cents: u64,
    #[since(2, default)]
    pub memo: String,
}

#[event]
pub struct AccountFrozen {}

#[derive(Debug, thiserror::Error, PartialEq)]
pub enum Refused {
    #[error("the account is frozen")]
    Frozen,
    #[error("{cents} cents requested, {available} available")]
    InsufficientFunds { cents: u64, available: u64 },
}

#[aggregate(error = Refused)]
#[derive(Debug, Default)]
pub struct Account {
    pub balance: u64,
    pub is_frozen: bool,
}

#[aggregate]
impl Account {
    #[command(create)]
    pub fn open(&self, owner: String) -> AccountOpened {
        AccountOpened { owner }
    }

    #[command]
    pub fn deposit(&self, cents: u64) -> Result<Deposited, Refused> {
        match self.is_frozen {
            true => Err(Refused::Frozen),
            false => Ok(Deposited { cents }),
        }
    }

    /// Puts back what was withdrawn. Never refused: what is undone must not fail in its turn.
    #[command]
    pub fn refund(&self, cents: u64) -> Deposited {
        Deposited { cents }
    }

    /// From now on no money comes in or goes out.
    #[command]
    pub fn freeze(&self) -> AccountFrozen {
        AccountFrozen {}
    }

    #[command]
    pub fn withdraw(
        &self,
        cents: u64,
        // A withdrawal without a memo is the same command, and has the same digest, as before there were memos.
        #[serde(default, skip_serializing_if = "String::is_empty")] memo: String,
    ) -> Result<Withdrawn, Refused> {
        match self.balance {
            _ if self.is_frozen => Err(Refused::Frozen),
            available if cents > available => Err(Refused::InsufficientFunds { cents, available }),
            _ => Ok(Withdrawn { cents, memo }),
        }
    }

    #[apply]
    fn opened(&mut self, _: &AccountOpened) {}

    #[apply]
    fn deposited(&mut self, event: &Deposited) {
        self.balance += event.cents;
    }

    #[apply]
    fn withdrawn(&mut self, event: &Withdrawn) {
        self.balance -= event.cents;
    }

    #[apply]
    fn frozen(&mut self, _: &AccountFrozen) {
        self.is_frozen = true;
    }
}
