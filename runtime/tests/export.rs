//! A log that is exported from one store and imported into another is the same log.
#![cfg(all(unix, feature = "postgres", feature = "sqlite"))]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says by a panic that it failed"
)]

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};

use gesta::prelude::*;
use gesta::store::{
    CommandKey, Commit, Lookup, MemoryStore, NewEvent, PageLimit, PostgresStore, SqliteStore,
    Store, StoredEvent, StreamName,
};
use gesta::{ExportError, ImportError, Meta, Timestamp};
use gesta_test_postgres::database;

#[event]
pub struct Deposited {
    pub cents: u64,
}

#[aggregate]
#[derive(Debug, Default)]
pub struct Account {
    balance: u64,
}

#[aggregate]
impl Account {
    #[command(upsert)]
    pub fn deposit(&self, cents: u64, times: usize) -> Vec<Deposited> {
        vec![Deposited { cents }; times]
    }

    #[apply]
    fn deposited(&mut self, event: &Deposited) {
        self.balance += event.cents;
    }
}

async fn app(store: Arc<dyn Store>) -> App {
    let app = App::builder().store(store).aggregate::<Account>();
    app.start().await.unwrap()
}

async fn export(store: &Arc<dyn Store>) -> Result<Vec<String>, ExportError> {
    let mut export = app(Arc::clone(store)).await.export();
    let mut lines = Vec::new();
    while let Some(line) = export.next().await {
        lines.push(line?);
    }
    assert!(export.next().await.is_none());
    Ok(lines)
}

async fn import(store: &Arc<dyn Store>, lines: &[String]) -> Result<u64, ImportError> {
    let mut import = App::import(Arc::clone(store)).await?;
    for line in lines {
        import.line(line).await?;
    }
    import.finish().await
}

async fn log(store: &Arc<dyn Store>) -> Vec<StoredEvent> {
    let mut events: Vec<StoredEvent> = Vec::new();
    loop {
        let after = events.len() as u64;
        let page = store.read_log(after, PageLimit::default()).await.unwrap();
        events.extend(page.events);
        if !page.more {
            return events;
        }
    }
}

async fn lookups(store: &Arc<dyn Store>, events: &[StoredEvent]) -> Vec<Lookup> {
    let keys = events.iter().map(|event| CommandKey {
        command_id: event.meta.command_id,
        stream: event.stream.clone(),
    });
    store.lookup(&keys.collect::<Vec<_>>()).await.unwrap()
}

fn commit(id: &str, expected: u64, json: &[&str]) -> Commit {
    let event = |json: &&str| NewEvent {
        name: "Happened \"so\" / 🙂".into(),
        schema: u32::MAX,
        json: (*json).to_owned(),
    };
    Commit {
        stream: StreamName::new("Thing", id).unwrap(),
        expected,
        digest: None,
        events: json.iter().map(event).collect(),
        meta: Meta {
            command_id: Uuid::now_v7(),
            time: Timestamp::from_micros(i64::MIN),
            correlation: None,
            causation: None,
            actor: None,
        },
        snapshot: None,
    }
}

/// All that could get lost on the way.
async fn odd_log() -> Arc<dyn Store> {
    let odd = [
        " {\n\t\"a\" :\r\n 1 } ",
        r#"{"b":1,"a":2,"a":3}"#,
        r#""\u0000\ud800\/\"\\""#,
        "\"\u{7f}\u{2028}\u{feff}🙂\"",
        "123456789012345678901234567890",
        "1e400",
        "-0",
    ];
    let mut first = commit("ä/'\" 🙂", 0, &odd);
    first.digest = Some(i64::MIN);
    // The same id, right behind, on another stream; then on the first one a commit without events.
    let mut second = commit("b", 0, &["{}"]);
    second.meta = Meta {
        time: Timestamp::from_micros(i64::MAX),
        correlation: Some("a \"b\"".into()),
        causation: Some("\\".into()),
        actor: Some("🙂".into()),
        ..first.meta.clone()
    };
    let nothing = commit("b", 1, &[]);
    let third = commit("b", 1, &["0", "1"]);
    let store = MemoryStore::new();
    let batch = [first, second, nothing, third];
    store.append(&batch).await.unwrap();
    Arc::new(store)
}

#[tokio::test]
async fn a_log_is_the_same_in_every_store_that_it_goes_through() {
    let Some(database) = database().await else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let sqlite = SqliteStore::open(folder.path().join("log.db"));
    let postgres = PostgresStore::connect(database.url());
    let stores: [Arc<dyn Store>; 3] = [
        Arc::new(sqlite.await.unwrap()),
        Arc::new(postgres.await.unwrap()),
        Arc::new(MemoryStore::new()),
    ];
    let mut from = odd_log().await;
    let events = log(&from).await;
    let (lines, known) = (export(&from).await.unwrap(), lookups(&from, &events).await);
    assert_eq!(lines.len(), 1 + 3 + 1, "{lines:#?}");
    for store in stores {
        let lines_again = export(&from).await.unwrap();
        assert_eq!(lines_again, lines);
        let end = import(&store, &lines_again).await.unwrap();
        assert_eq!(end, events.len() as u64);
        assert!(log(&store).await == events);
        assert_eq!(lookups(&store, &events).await, known);
        from = store;
    }
    assert_eq!(export(&from).await.unwrap(), lines);
    from.close().await.unwrap();
}

#[tokio::test]
async fn a_retry_is_known_after_an_import() {
    let (id, times) = (Uuid::now_v7(), 2);
    let bank = app(Arc::new(MemoryStore::new())).await;
    let deposit = |bank: &App, cents| {
        let deposit = bank.send("alice", Deposit { cents, times });
        deposit.command_id(id)
    };
    let first = deposit(&bank, 7).await.unwrap();
    let mut export = bank.export();
    let folder = tempfile::tempdir().unwrap();
    let address = format!("sqlite:{}", folder.path().join("bank.db").display());
    let mut import = App::import(&*address).await.unwrap();
    while let Some(line) = export.next().await {
        import.line(&(line.unwrap() + "\n")).await.unwrap();
    }
    assert_eq!(import.finish().await.unwrap(), 2);

    let bank = App::builder().store(&*address).aggregate::<Account>();
    let bank = bank.start().await.unwrap();
    let again = deposit(&bank, 7).await.unwrap();
    assert!(again.duplicate);
    assert_eq!((again.version, again.position), (first.version, 2));
    assert!(matches!(
        deposit(&bank, 8).await,
        Err(SendError::CommandIdReused { .. })
    ));
    assert_eq!(
        bank.load::<Account>("alice").await.unwrap().state.balance,
        14
    );
    bank.shutdown().await.unwrap();
}

/// 10,000 events of 3,334 commands, some of which lie on two pages.
async fn long_log() -> (Arc<dyn Store>, Vec<String>) {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let bank = app(Arc::clone(&store)).await;
    for number in 0..3_333_u64 {
        let (cents, times) = (number, 3);
        let deposit = bank.send((number % 7).to_string(), Deposit { cents, times });
        deposit.await.unwrap();
    }
    let (cents, times) = (1, 1);
    let last = bank.send("0", Deposit { cents, times }).await.unwrap();
    assert_eq!(last.position, 10_000);
    let lines = export(&store).await.unwrap();
    (store, lines)
}

#[tokio::test]
async fn a_commit_that_lies_on_two_pages_is_one_line() {
    let (store, lines) = long_log().await;
    assert_eq!(lines.len(), 1 + 3_334 + 1);
    let other: Arc<dyn Store> = Arc::new(MemoryStore::new());
    assert_eq!(import(&other, &lines).await.unwrap(), 10_000);
    let (events, imported) = (log(&store).await, log(&other).await);
    assert!(events == imported);
    assert_eq!(
        lookups(&other, &events).await,
        lookups(&store, &events).await
    );
}

#[tokio::test]
async fn an_export_reads_on_as_its_lines_are_taken() {
    let (store, lines) = long_log().await;
    let bank = app(Arc::clone(&store)).await;
    let mut export = bank.export();
    assert_eq!(export.next().await.unwrap().unwrap(), lines[0]);
    let (cents, times) = (1, 1);
    bank.send("1", Deposit { cents, times }).await.unwrap();
    let mut last = String::new();
    while let Some(line) = export.next().await {
        last = line.unwrap();
    }
    assert_eq!(last, r#"{"end":{"position":10001,"commits":3335}}"#);
}

#[tokio::test]
async fn an_import_writes_as_it_takes_lines() {
    let (_, lines) = long_log().await;
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let mut import = App::import(Arc::clone(&store)).await.unwrap();
    for line in &lines[..1_300] {
        import.line(line).await.unwrap();
    }
    let written = log(&store).await.len();
    assert!((1_500..3_900).contains(&written), "{written} events");
}

#[tokio::test]
async fn an_empty_log_is_exported_and_imported() {
    let [one, other] = [(); 2].map(|()| Arc::new(MemoryStore::new()) as Arc<dyn Store>);
    let lines = export(&one).await.unwrap();
    assert_eq!(lines.len(), 2);
    assert_eq!(import(&other, &lines).await.unwrap(), 0);
}

#[tokio::test]
async fn a_line_is_taken_also_if_its_future_is_dropped() {
    let (store, lines) = long_log().await;
    let other: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let mut import = App::import(Arc::clone(&other)).await.unwrap();
    for line in &lines {
        let line = pin!(import.line(line));
        let _dropped = line.poll(&mut Context::from_waker(Waker::noop()));
    }
    assert_eq!(import.finish().await.unwrap(), 10_000);
    assert!(log(&other).await == log(&store).await);
}

#[tokio::test]
async fn a_hole_ends_an_export() {
    let store = MemoryStore::starting_after(5);
    store.append(&[commit("a", 0, &["{}"])]).await.unwrap();
    let store: Arc<dyn Store> = Arc::new(store);
    let error = export(&store).await.unwrap_err();
    assert!(
        matches!(error, ExportError::Gap { from: 0, to: 6 }),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_store_that_holds_events_is_not_imported_into() {
    let store = odd_log().await;
    let before = log(&store).await;
    let error = App::import(Arc::clone(&store)).await.err();
    assert!(matches!(error, Some(ImportError::NotEmpty)), "{error:?}");
    assert!(log(&store).await == before);
}

#[tokio::test]
async fn whoever_else_writes_ends_an_import() {
    let lines = export(&odd_log().await).await.unwrap();
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let mut import = App::import(Arc::clone(&store)).await.unwrap();
    store.append(&[commit("x", 0, &["{}"])]).await.unwrap();
    for line in &lines {
        import.line(line).await.unwrap();
    }
    let error = import.finish().await.unwrap_err();
    assert!(
        matches!(error, ImportError::Refused { line: 2 }),
        "{error:?}"
    );
}

/// What comes of the lines of a good log after a change.
async fn changed(change: impl FnOnce(&mut Vec<String>)) -> ImportError {
    let mut lines = export(&odd_log().await).await.unwrap();
    change(&mut lines);
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    import(&store, &lines).await.unwrap_err()
}

#[tokio::test]
async fn lines_that_are_no_whole_log_are_typed_errors() {
    use ImportError::{Cut, Gap, Header, Malformed, Refused};

    let error = changed(Vec::clear).await;
    assert!(matches!(error, Cut { lines: 0 }), "{error:?}");
    let error = changed(|lines| drop(lines.remove(0))).await;
    assert!(matches!(error, Header), "{error:?}");
    for header in ["", "{}", r#"{"gesta":"log","format":2}"#] {
        let error = changed(|lines| lines[0] = header.to_owned()).await;
        assert!(matches!(error, Header), "{error:?}");
    }
    let error = changed(|lines| lines.truncate(4)).await;
    assert!(matches!(error, Cut { lines: 4 }), "{error:?}");
    let error = changed(|lines| drop(lines.remove(2))).await;
    assert!(
        matches!(
            error,
            Gap {
                line: 3,
                from: 7,
                to: 9
            }
        ),
        "{error:?}"
    );
    let error = changed(|lines| drop(lines.remove(3))).await;
    assert!(
        matches!(
            error,
            Gap {
                line: 4,
                from: 8,
                to: 10
            }
        ),
        "{error:?}"
    );
    let error = changed(|lines| lines.push(lines[4].clone())).await;
    assert!(matches!(error, Malformed { line: 6, .. }), "{error:?}");
    let cut = |text: &mut String| text.truncate(text.len() / 2);
    let error = changed(|lines| cut(&mut lines[3])).await;
    assert!(matches!(error, Malformed { line: 4, column } if column > 0));
    let replaced = async |from: &str, to: &str| {
        let replace = |text: &mut String| {
            assert!(text.contains(from), "{text}");
            *text = text.replacen(from, to, 1);
        };
        changed(|lines| replace(&mut lines[3])).await
    };
    for (from, to) in [
        ("Thing/b", "no stream"),
        (r#""version":2"#, r#""version":0"#),
        (r#""version":2"#, r#""version":2,"other":0"#),
        (r#""json":"1""#, r#""json":"{""#),
    ] {
        let error = replaced(from, to).await;
        assert!(
            matches!(error, Malformed { line: 4, .. }),
            "{to}: {error:?}"
        );
    }
    let error = replaced(r#""version":2"#, r#""version":3"#).await;
    assert!(matches!(error, Refused { line: 4 }), "{error:?}");
}

#[tokio::test]
async fn nothing_is_imported_after_an_error() {
    let (_, mut lines) = long_log().await;
    lines.insert(1_000, "no line".to_owned());
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let mut import = App::import(Arc::clone(&store)).await.unwrap();
    for (number, line) in (1..).zip(&lines) {
        let taken = import.line(line).await;
        assert_eq!(taken.is_err(), number > 1_000, "line {number}: {taken:?}");
    }
    import.finish().await.unwrap_err();
    assert!(log(&store).await.len() < 3 * 1_000);
}
