//! An account that money only moves through: it may owe some.

use gesta::prelude::*;

#[event]
pub struct Taken {
    pub cents: u64,
}

#[event]
pub struct Given {
    pub cents: u64,
}

#[aggregate(id = u64)]
#[derive(Debug, Default)]
pub struct Account {
    pub balance: i64,
}

#[aggregate]
impl Account {
    #[command(upsert)]
    pub fn take(&self, cents: u64) -> Taken {
        Taken { cents }
    }

    #[command(upsert)]
    pub fn give(&self, cents: u64) -> Given {
        Given { cents }
    }

    #[apply]
    fn taken(&mut self, event: &Taken) {
        self.balance -= event.cents.cast_signed();
    }

    #[apply]
    fn given(&mut self, event: &Given) {
        self.balance += event.cents.cast_signed();
    }
}
