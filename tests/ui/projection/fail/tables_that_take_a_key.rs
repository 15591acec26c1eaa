#![allow(unused_variables)]

use gesta::prelude::*;

#[event]
pub struct Deposited {
    pub cents: u64,
}

#[event]
pub struct Withdrawn {
    pub cents: u64,
}

#[aggregate]
#[derive(Default)]
pub struct Account {}

#[aggregate]
impl Account {
    #[apply]
    fn deposited(&mut self, _: &Deposited) {}

    #[apply]
    fn withdrawn(&mut self, _: &Withdrawn) {}
}

#[projection(sql, of(Account))]
pub struct Balances;

#[projection]
impl Balances {
    #[on]
    async fn deposited(event: &Deposited, key: &str, sql: &mut Sql) -> Result<(), SqlError> {
        Ok(())
    }

    #[on]
    async fn withdrawn(event: &Withdrawn, sql: &mut Sql) -> Result<(), SqlError> {
        Ok(())
    }
}

fn main() {}
