use std::error::Error;
use std::time::Duration;

use gesta::{App, At, ProjectionState};

use crate::account::*;
use crate::statement::*;

type Done = Result<(), Box<dyn Error>>;

/// Two accounts, with 500 cents on one of them.
async fn bank() -> Result<App, Box<dyn Error>> {
    // ANCHOR: register
    let bank = App::builder()
        .store("memory:")
        .aggregate::<Account>()
        .projection::<Statement>()
        .start()
        .await?;
    // ANCHOR_END: register
    for (id, owner) in [("alice", "Alice"), ("bob", "Bob")] {
        let owner = owner.to_owned();
        bank.send(id, Open { owner }).await?;
    }
    let deposit = bank.send("alice", Deposit { cents: 500 });
    assert!(deposit.wait_for::<Statement>().await?.visible);
    Ok(bank)
}

#[tokio::test]
async fn a_document_is_asked_for_by_its_key() -> Done {
    let bank = bank().await?;
    // ANCHOR: view
    let statement = bank.view::<Statement>("alice").await?;
    assert_eq!(statement.map(|alice| alice.balance), Some(500));
    assert_eq!(bank.view::<Statement>("carol").await?, None);
    // ANCHOR_END: view
    Ok(bank.shutdown().await?)
}

#[tokio::test]
async fn documents_come_in_pages() -> Done {
    let bank = bank().await?;
    let mut count = 0;
    // ANCHOR: pages
    let mut page = bank.views::<Statement>().limit(50).page().await?;
    loop {
        for (key, statement) in &page.documents {
            println!("{key}: {}", statement.balance);
            count += 1;
        }
        let Some(next) = page.next else { break };
        page = bank.views().limit(50).after(next).page().await?;
    }
    // ANCHOR_END: pages
    assert_eq!(count, 2);
    Ok(bank.shutdown().await?)
}

#[tokio::test]
async fn documents_are_found_by_an_index() -> Done {
    let bank = bank().await?;
    // ANCHOR: index
    let bobs = bank.views().by(Statement::OWNER, "Bob").page().await?;
    assert_eq!(bobs.documents[0].0, "bob");

    let funded = bank.views().between(Statement::BALANCE, 100..);
    assert_eq!(funded.count().await?, 1);

    let all = bank.views().between(Statement::BALANCE, ..);
    let richest = all.reverse().limit(1).page().await?;
    assert_eq!(richest.documents[0].0, "alice");
    // ANCHOR_END: index
    Ok(bank.shutdown().await?)
}

// ANCHOR: find
async fn find(bank: &App, owner: &str) -> Result<Option<Statement>, gesta::ViewError> {
    let found = bank.views().by(Statement::OWNER, owner).limit(2);
    let mut documents = found.page().await?.documents.into_iter();
    Ok(documents.next().map(|(_, statement)| statement))
}
// ANCHOR_END: find

#[tokio::test]
async fn one_document_is_found_by_an_index() -> Done {
    let bank = bank().await?;
    assert_eq!(find(&bank, "Alice").await?.unwrap().balance, 500);
    assert_eq!(find(&bank, "Carol").await?, None);
    Ok(bank.shutdown().await?)
}

#[tokio::test]
async fn whoever_writes_reads_it() -> Done {
    let bank = bank().await?;
    // ANCHOR: wait_for
    let done = bank
        .send("alice", Deposit { cents: 250 })
        .wait_for::<Statement>()
        .timeout(Duration::from_secs(2))
        .await?;
    if !done.visible {
        println!("deposited; the statement follows");
    }
    // ANCHOR_END: wait_for
    assert!(done.visible);
    // ANCHOR: wait
    let position = bank.position().await?;
    let in_time = bank.wait(position, Duration::from_secs(2)).await;
    // ANCHOR_END: wait
    assert!(in_time);
    assert_eq!(bank.view::<Statement>("alice").await?.unwrap().balance, 750);
    Ok(bank.shutdown().await?)
}

#[tokio::test]
async fn a_mode_is_one_word() -> Done {
    let bank = App::builder()
        .store("memory:")
        .aggregate::<Account>()
        .projection::<Balance>()
        .start()
        .await?;
    let owner = "Alice".to_owned();
    bank.send("alice", Open { owner }).await?;
    bank.send("alice", Deposit { cents: 500 }).await?;
    assert_eq!(bank.view::<Balance>("alice").await?.unwrap().cents, 500);
    assert_eq!(bank.view::<Deposits>("alice").await?.unwrap().count, 1);
    Ok(bank.shutdown().await?)
}

#[tokio::test]
async fn a_rebuild_says_how_far_it_is() -> Done {
    let bank = bank().await?;
    // ANCHOR: rebuild
    let generation = bank.projection::<Statement>().rebuild().await?;
    loop {
        let statuses = bank.projections().await?;
        let new = statuses.iter().find(|each| each.generation == generation);
        let new = new.ok_or("it was cancelled")?;
        let all = new.position + new.behind;
        println!("{} of {all} events, {:?} left", new.position, new.remaining);
        match new.state {
            ProjectionState::Ready => break,
            ProjectionState::Building => tokio::time::sleep(Duration::from_millis(20)).await,
            other => return Err(format!("{other:?}: {:?}", new.fault).into()),
        }
    }
    // ANCHOR_END: rebuild
    assert_eq!(bank.view::<Statement>("alice").await?.unwrap().balance, 500);
    Ok(bank.shutdown().await?)
}

#[tokio::test]
async fn people_hold_a_projection_and_let_it_go() -> Done {
    let bank = bank().await?;
    // ANCHOR: control
    let statement = bank.projection::<Statement>();
    statement.pause().await?; // it stands still, and falls behind
    statement.resume().await?; // after a pause, or where it has stopped
    statement.cancel().await?; // gives up a rebuild
    // ANCHOR_END: control
    let done = bank.send("alice", Deposit { cents: 1 });
    assert!(done.wait_for::<Statement>().await?.visible);
    Ok(bank.shutdown().await?)
}

#[tokio::test]
async fn an_account_is_shown_as_it_was() -> Done {
    let bank = bank().await?;
    // ANCHOR: state_at
    let opened = bank.state_at::<Account>("alice", At::Version(1)).await?;
    println!("at first: {:?}", opened.state);

    let then: gesta::Timestamp = "2100-01-01T00:00:00Z".parse()?;
    let at_then = bank.state_at::<Account>("alice", At::Time(then)).await?;
    assert_eq!((opened.version, at_then.version), (1, 2));
    // ANCHOR_END: state_at
    Ok(bank.shutdown().await?)
}

#[tokio::test]
async fn a_log_moves_to_another_store() -> Done {
    let bank = bank().await?;
    let folder = tempfile::tempdir()?;
    let address = format!("sqlite:{}", folder.path().join("moved.db").display());
    // ANCHOR: export
    let mut import = App::import(&*address).await?;
    let mut export = bank.export();
    while let Some(line) = export.next().await {
        import.line(&line?).await?;
    }
    let events = import.finish().await?;
    // ANCHOR_END: export
    assert_eq!(events, 3);
    bank.shutdown().await?;
    let moved = App::builder()
        .store(&*address)
        .projection::<Statement>()
        .start()
        .await?;
    assert!(moved.wait(events, Duration::from_secs(60)).await);
    assert_eq!(
        moved.view::<Statement>("alice").await?.unwrap().balance,
        500
    );
    Ok(moved.shutdown().await?)
}
