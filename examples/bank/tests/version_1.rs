//! A bank that was written when `Withdrawn` was at version 1, opened by the bank of today.
//!
//! `version-1.db` was made once, by the program of that time, and is never made again:
//!
//! ```sh
//! cd examples/bank/tests
//! cargo run -p bank -- --journal version-1.csv --store sqlite:version-1.db
//! ```

#![allow(missing_docs, clippy::unwrap_used, reason = "tests, not an API")]

use bank::account::{Account, AccountEvent, Withdraw};
use bank::history::history;
use bank::import::{Imported, import};
use bank::journal::Journal;
use bank::statement::bank;
use gesta::App;
use tempfile::TempDir;

const FILE: &[u8] = include_bytes!("version-1.db");
const JOURNAL: &[u8] = include_bytes!("version-1.csv");

/// Opens a copy of the file.
async fn open() -> (App, TempDir) {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("bank.db");
    std::fs::write(&file, FILE).unwrap();
    let store = format!("sqlite:{}", file.display());
    (bank::open(&store).await.unwrap(), directory)
}

async fn read_the_journal(app: &App) -> Imported {
    let journal = Journal::parse(JOURNAL).unwrap();
    import(app, &journal, || ()).await.unwrap()
}

async fn balances(app: &App) -> Vec<(String, u64, u64)> {
    let bank = bank(app).await.unwrap();
    let rows = bank.accounts.into_iter();
    rows.map(|(_, each)| (each.owner, each.balance, each.events))
        .collect()
}

fn as_it_was_left() -> [(String, u64, u64); 2] {
    [
        ("Ada Moreau".to_owned(), 15_750, 4),
        ("Björn Petrov".to_owned(), 11_275, 4),
    ]
}

#[tokio::test]
async fn the_balances_are_what_they_were() {
    let (app, _directory) = open().await;
    assert_eq!(balances(&app).await, as_it_was_left());
}

#[tokio::test]
async fn its_journal_changes_nothing_when_it_is_read_again() {
    let (app, _directory) = open().await;
    let imported = read_the_journal(&app).await;
    assert_eq!(imported.events, 0);
    assert!(imported.outcomes.iter().all(|outcome| !outcome.is_new()));
    let done = imported.outcomes.iter().filter(|each| each.is_done());
    assert_eq!(done.count(), 9);
    assert_eq!(balances(&app).await, as_it_was_left());
}

/// Version, position, amount and memo, of each withdrawal.
async fn withdrawals(app: &App) -> Vec<(u64, u64, u64, String)> {
    let mut found = Vec::new();
    let mut events = app.history::<Account>("A-001");
    while let Some(recorded) = events.next().await {
        let recorded = recorded.unwrap();
        if let AccountEvent::Withdrawn(withdrawn) = recorded.event {
            found.push((
                recorded.version,
                recorded.position,
                withdrawn.cents,
                withdrawn.memo,
            ));
        }
    }
    found
}

#[tokio::test]
async fn old_withdrawals_have_an_empty_memo_and_new_ones_follow() {
    let (app, _directory) = open().await;
    let withdraw = Withdraw {
        cents: 750,
        memo: "rent".to_owned(),
    };
    let done = app.send("A-001", withdraw).await.unwrap();
    assert_eq!((done.version, done.position), (5, 11));
    assert_eq!(
        withdrawals(&app).await,
        [
            (3, 5, 8_000, String::new()),
            (4, 6, 1_250, String::new()),
            (5, 11, 750, "rent".to_owned()),
        ]
    );
    assert_eq!(
        balances(&app).await[0],
        ("Ada Moreau".to_owned(), 15_000, 5)
    );
    let shown = history(&app, "A-001").await.unwrap().unwrap();
    assert!(shown.trim_end().ends_with("rent"), "{shown}");
}

#[tokio::test]
async fn empty_memos_in_its_journal_change_nothing() {
    let (app, _directory) = open().await;
    let header = "id,operation,account,value,transfer,clerk";
    let old = std::str::from_utf8(JOURNAL).unwrap();
    let with_memo = |line: &str| match line == header {
        true => format!("{line},memo\n"),
        false => format!("{line},\n"),
    };
    let text: String = old.lines().map(with_memo).collect();
    let journal = Journal::parse(text.as_bytes()).unwrap();
    let imported = import(&app, &journal, || ()).await.unwrap();
    assert_eq!(imported.events, 0);
    assert_eq!(balances(&app).await, as_it_was_left());
}
