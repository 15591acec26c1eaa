//! The projections that are measured: all fold one document an account.

use gesta::prelude::*;
use serde::{Deserialize, Serialize};

use crate::account::{Account, Deposited};

macro_rules! projections {
    ($($name:ident),*) => { $(
        #[projection(of(Account))]
        #[derive(Debug, Default, Serialize, Deserialize)]
        pub struct $name {
            pub balance: u64,
            pub deposits: u64,
            pub last: String,
        }

        #[projection]
        impl $name {
            #[on]
            fn deposited(&mut self, event: &Deposited) {
                self.balance += event.cents;
                self.deposits += 1;
                self.last.clone_from(&event.memo);
            }
        }
    )* };
}

projections!(Balances, Second, Third, Fourth, Fifth);
