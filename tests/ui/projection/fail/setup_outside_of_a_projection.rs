use gesta::prelude::*;

pub struct Balances;

impl Balances {
    #[setup]
    async fn setup(sql: &mut Sql) -> Result<(), SqlError> {
        Ok(())
    }
}

fn main() {}
