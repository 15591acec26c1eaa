use std::error::Error;
use std::sync::Arc;

use gesta::App;
use gesta::store::{Durability, MemoryStore, SqliteStore, Store};

use crate::account::*;

#[tokio::test]
async fn each_store_is_one_string() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let file = directory.path().join("bank.db");
    let weaker = format!(
        "sqlite:{}?durability=may-lose-latest-on-power-failure",
        file.display()
    );
    App::builder()
        .store(weaker)
        .start()
        .await?
        .shutdown()
        .await?;
    let full = format!("sqlite:{}?durability=full", file.display());
    App::builder().store(full).start().await?.shutdown().await?;
    // ANCHOR: durability
    let store = SqliteStore::builder(&file)
        .durability(Durability::MayLoseLatestOnPowerFailure)
        .open()
        .await?;
    let bank = App::builder()
        .store(store)
        .aggregate::<Account>()
        .start()
        .await?;
    // ANCHOR_END: durability
    bank.shutdown().await?;
    Ok(())
}

#[tokio::test]
async fn two_apps_may_share_a_file() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let address = format!("sqlite:{}", directory.path().join("bank.db").display());
    // ANCHOR: two
    let start = || {
        App::builder()
            .store(&*address)
            .aggregate::<Account>()
            .start()
    };
    let (here, there) = (start().await?, start().await?);

    let owner = "Alice".to_owned();
    here.send("alice", Open { owner }).await?;
    there.send("alice", Deposit { cents: 100 }).await?;
    // `here` still holds version 1, on which this would be refused. The log stands at version 2, so it is decided again.
    let done = here.send("alice", Withdraw { cents: 60 }).await?;
    assert_eq!(done.version, 3);
    // ANCHOR_END: two
    here.shutdown().await?;
    there.shutdown().await?;
    Ok(())
}

#[tokio::test]
async fn a_store_that_is_open_is_taken_too() -> Result<(), Box<dyn Error>> {
    // ANCHOR: handles
    let store = MemoryStore::new();
    let bank = App::builder()
        .store(store.clone())
        .aggregate::<Account>()
        .start()
        .await?;
    let owner = "Alice".to_owned();
    bank.send("alice", Open { owner }).await?;

    let page = store
        .read_log(0, gesta::store::PageLimit::default())
        .await?;
    assert_eq!(page.events[0].name, "AccountOpened");
    assert_eq!(page.events[0].json, r#"{"owner":"Alice"}"#);
    // ANCHOR_END: handles
    Ok(())
}

mod own {
    use super::*;
    // ANCHOR: harness
    use gesta::testing::store::{Harness, run_all};

    struct Memory;

    impl Harness for Memory {
        type Log = MemoryStore;

        async fn create(&self, position: u64) -> MemoryStore {
            MemoryStore::starting_after(position)
        }

        async fn open(&self, log: &MemoryStore) -> Arc<dyn Store> {
            Arc::new(log.clone())
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn it_keeps_the_contract() {
        run_all(&Memory).await;
    }
    // ANCHOR_END: harness
}
