//! The first program of the book and of the README.

// ANCHOR: use
use crate::account::*;
use gesta::prelude::*;
// ANCHOR_END: use

// ANCHOR: main
#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let bank = App::builder()
        .store("sqlite:bank.db")
        .aggregate::<Account>()
        .start()
        .await?;

    let owner = "Alice".to_owned();
    bank.send("alice", Open { owner }).await?;

    let done = bank.send("alice", Deposit { cents: 500 }).await?;
    println!("version {}, position {}", done.version, done.position);

    match bank.send("alice", Withdraw { cents: 9_000 }).await {
        Err(SendError::Rejected(refused)) => println!("{refused}"),
        other => println!("{:?}", other?),
    }

    println!("{:?}", bank.load::<Account>("alice").await?);
    bank.shutdown().await?;
    Ok(())
}
// ANCHOR_END: main

#[test]
fn the_first_program_runs_once_and_then_meets_its_own_account() {
    let directory = tempfile::tempdir().unwrap();
    // Only this test of the binary has a relative path.
    std::env::set_current_dir(directory.path()).unwrap();
    main().unwrap();
    let error = main().unwrap_err();
    assert_eq!(error.to_string(), "Account `alice` exists already");
    std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
}
