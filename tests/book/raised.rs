use std::error::Error;
use std::time::Duration;

use gesta::ProjectionState;
use gesta::prelude::*;
use gesta::store::MemoryStore;

use crate::account::*;

// ANCHOR: raised
#[projection(of(Account), version = 2)]
pub struct Statement {
    #[index]
    pub owner: String,
    #[index]
    pub balance: u64,
    #[serde(default)]
    pub deposits: u64,
}
// ANCHOR_END: raised

#[projection]
impl Statement {
    #[on]
    fn opened(&mut self, event: &AccountOpened) {
        self.owner = event.owner.clone()
    }
    #[on]
    fn deposited(&mut self, event: &Deposited) {
        self.balance += event.cents;
        self.deposits += 1;
    }
    #[on]
    fn withdrawn(&mut self, event: &Withdrawn) {
        self.balance -= event.cents
    }
}

#[tokio::test]
async fn a_raised_version_is_built_beside_the_one_before() -> Result<(), Box<dyn Error>> {
    let store = MemoryStore::new();
    let start = || App::builder().store(store.clone()).aggregate::<Account>();
    let first = start().projection::<crate::statement::Statement>();
    let first = first.start().await?;
    let owner = "Alice".to_owned();
    first.send("alice", Open { owner }).await?;
    let deposit = first.send("alice", Deposit { cents: 500 });
    let deposit = deposit.wait_for::<crate::statement::Statement>();
    assert!(deposit.await?.visible);
    // Nobody has built version 2 yet.
    let alice = first.view::<Statement>("alice").await?.unwrap();
    assert_eq!((alice.balance, alice.deposits), (500, 0));
    first.shutdown().await?;

    let second = start().projection::<Statement>().start().await?;
    while second.projections().await?.len() > 1 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let status = second.projections().await?.remove(0);
    assert_eq!((status.version, status.state), (2, ProjectionState::Ready));
    let alice = second.view::<Statement>("alice").await?.unwrap();
    assert_eq!((alice.balance, alice.deposits), (500, 1));
    second.shutdown().await?;
    Ok(())
}
