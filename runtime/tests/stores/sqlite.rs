//! What is SQLite's own.

mod read_models;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use gesta::StoreError;
use gesta::store::{
    CommandKey, Commit, Durability, NewEvent, Outcome, PageLimit, SqliteStore, Store, StreamName,
};
use gesta::testing::store::{Harness, agrees_with_the_model, run_all};
use gesta::{Meta, Timestamp};
use proptest::prelude::*;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use tempfile::TempDir;
use uuid::Uuid;

use super::{plan, run};

struct Sqlite(Durability);

fn path(folder: &TempDir) -> PathBuf {
    folder.path().join("log.db")
}

async fn raw(path: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true);
    options.connect().await.unwrap()
}

/// Changes the file behind the store's back.
async fn tamper(path: &Path, sql: &'static str) {
    let mut connection = raw(path).await;
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

impl Harness for Sqlite {
    type Log = TempDir;

    async fn create(&self, position: u64) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        if position > 0 {
            self.open(&folder).await.close().await.unwrap();
            let mut connection = raw(&path(&folder)).await;
            sqlx::query("UPDATE gesta_counter SET position = ?")
                .bind(i64::try_from(position).unwrap())
                .execute(&mut connection)
                .await
                .unwrap();
            connection.close().await.unwrap();
        }
        folder
    }

    async fn open(&self, folder: &TempDir) -> Arc<dyn Store> {
        let builder = SqliteStore::builder(path(folder)).durability(self.0);
        Arc::new(builder.open().await.unwrap())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_keeps_the_contract() {
    run_all(&Sqlite(Durability::Full)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_that_may_lose_the_latest_keeps_the_contract() {
    run_all(&Sqlite(Durability::MayLoseLatestOnPowerFailure)).await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() })]

    #[test]
    fn sqlite_agrees_with_one_by_one(plan in plan()) {
        run(agrees_with_the_model(&Sqlite(Durability::MayLoseLatestOnPowerFailure), &plan));
    }
}

fn commit(id: &str, expected: u64, json: &str) -> Commit {
    Commit {
        stream: StreamName::new("Thing", id).unwrap(),
        expected,
        digest: None,
        events: vec![NewEvent {
            name: "Happened".into(),
            schema: 1,
            json: json.to_owned(),
        }],
        meta: Meta {
            command_id: Uuid::now_v7(),
            time: Timestamp::from_micros(0),
            correlation: None,
            causation: None,
            actor: None,
        },
        snapshot: None,
    }
}

fn key(commit: &Commit) -> CommandKey {
    CommandKey {
        command_id: commit.meta.command_id,
        stream: commit.stream.clone(),
    }
}

async fn write(store: &SqliteStore, id: &str, expected: u64) {
    let outcomes = store.append(&[commit(id, expected, "{}")]).await.unwrap();
    assert!(
        matches!(outcomes.as_slice(), [Outcome::Written { .. }]),
        "{outcomes:?}"
    );
}

async fn length(store: &SqliteStore) -> usize {
    let page = store.read_log(0, PageLimit::default()).await.unwrap();
    page.events.len()
}

const PATH: &str = "GESTA_TEST_SQLITE_PATH";

/// Not a test of its own: what the processes of the next test run.
#[tokio::test]
async fn another_process_opens_and_writes() {
    let Ok(path) = std::env::var(PATH) else {
        return;
    };
    let store = SqliteStore::open(path).await.unwrap();
    let own = std::process::id().to_string();
    for version in 0..20 {
        write(&store, &own, version).await;
    }
    store.close().await.unwrap();
}

#[tokio::test]
async fn processes_that_start_at_once_make_one_file_and_one_log() {
    for _ in 0..3 {
        let folder = tempfile::tempdir().unwrap();
        let spawn = |_| {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "sqlite::another_process_opens_and_writes"])
                .env(PATH, path(&folder))
                .stdout(std::process::Stdio::null())
                .spawn()
                .unwrap()
        };
        let children: Vec<_> = (0..4).map(spawn).collect();
        for mut child in children {
            assert!(child.wait().unwrap().success());
        }
        let store = SqliteStore::open(path(&folder)).await.unwrap();
        assert_eq!(length(&store).await, 80);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn handles_that_open_a_new_file_at_once_all_get_it() {
    for _ in 0..10 {
        let folder = tempfile::tempdir().unwrap();
        let mut opening = Vec::new();
        for _ in 0..8 {
            opening.push(tokio::spawn(SqliteStore::open(path(&folder))));
        }
        for (number, opened) in opening.into_iter().enumerate() {
            write(&opened.await.unwrap().unwrap(), &number.to_string(), 0).await;
        }
    }
}

#[tokio::test]
async fn a_file_whose_name_means_something_to_sqlite_is_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let names = [
        "a b.db",
        "ä🙂.db",
        "file:x.db",
        ":memory:",
        "x'\";--.db",
        "a%20b.db",
        "a?mode=memory",
        "a#b",
        "-x",
    ];
    for name in names {
        let path = folder.path().join(name);
        let store = SqliteStore::open(&path).await.unwrap();
        write(&store, "a", 0).await;
        store.close().await.unwrap();
        assert!(path.is_file(), "{name}");
        assert_eq!(
            length(&SqliteStore::open(&path).await.unwrap()).await,
            1,
            "{name}"
        );
    }
}

#[tokio::test]
async fn what_cannot_be_opened_is_a_typed_error() {
    let folder = tempfile::tempdir().unwrap();
    let error = SqliteStore::open(folder.path().join("none/log.db"))
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    let error = SqliteStore::open(folder.path().join("nul\0.db"))
        .await
        .unwrap_err();
    assert!(
        matches!(error, StoreError::Unavailable(_) | StoreError::Failed(_)),
        "{error:?}"
    );
    std::fs::write(path(&folder), "x".repeat(10_000)).unwrap();
    let error = SqliteStore::open(path(&folder)).await.unwrap_err();
    assert!(matches!(error, StoreError::Failed(_)), "{error:?}");
}

#[tokio::test]
async fn a_file_of_a_newer_program_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    SqliteStore::open(path(&folder))
        .await
        .unwrap()
        .close()
        .await
        .unwrap();
    tamper(&path(&folder), "INSERT INTO gesta_schema VALUES (3, 7)").await;
    let error = SqliteStore::open(path(&folder)).await.unwrap_err();
    assert!(
        matches!(error, StoreError::NewerSchema { found: 3, known: 2 }),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_file_with_another_schema_step_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    SqliteStore::open(path(&folder))
        .await
        .unwrap()
        .close()
        .await
        .unwrap();
    tamper(&path(&folder), "UPDATE gesta_schema SET checksum = 7").await;
    let error = SqliteStore::open(path(&folder)).await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt(_)), "{error:?}");
}

#[tokio::test]
async fn tables_made_by_the_printed_sql_are_taken() {
    let folder = tempfile::tempdir().unwrap();
    let mut connection = raw(&path(&folder)).await;
    let sql = sqlx::AssertSqlSafe(SqliteStore::schema_sql());
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let store = SqliteStore::open(path(&folder)).await.unwrap();
    write(&store, "a", 0).await;
}

#[tokio::test]
async fn a_hole_stops_the_reader() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(path(&folder)).await.unwrap();
    for version in 0..5 {
        write(&store, "a", version).await;
    }
    tamper(
        &path(&folder),
        "DELETE FROM gesta_events WHERE position = 3",
    )
    .await;
    let stream = StreamName::new("Thing", "a").unwrap();
    for after in [0, 1, 2] {
        let error = store
            .read_log(after, PageLimit::default())
            .await
            .unwrap_err();
        assert!(matches!(error, StoreError::Corrupt(_)), "{error:?}");
        let error = store
            .read_stream(&stream, after, PageLimit::default())
            .await
            .unwrap_err();
        assert!(matches!(error, StoreError::Corrupt(_)), "{error:?}");
    }
    assert!(store.read_log(3, PageLimit::default()).await.is_ok());
}

#[tokio::test]
async fn a_column_that_cannot_be_read_is_damage() {
    for sql in [
        "UPDATE gesta_events SET command_id = x'00'",
        "UPDATE gesta_events SET schema = -1",
        "UPDATE gesta_events SET schema = 1 << 32",
        "UPDATE gesta_events SET version = -1",
        "UPDATE gesta_events SET name = CAST(x'ff' AS TEXT)",
        "UPDATE gesta_events SET stream = 7",
        "UPDATE gesta_streams SET name = 'no stream'",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(path(&folder)).await.unwrap();
        write(&store, "a", 0).await;
        tamper(&path(&folder), sql).await;
        let error = store.read_log(0, PageLimit::default()).await.unwrap_err();
        assert!(matches!(error, StoreError::Corrupt(_)), "{sql}: {error:?}");
    }
}

/// A stream comes as rows, the log as a text in which one event follows the other.
#[tokio::test]
async fn the_log_and_its_stream_hold_the_same_texts() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(path(&folder)).await.unwrap();
    let texts = [
        "",
        " ",
        "0",
        "1 1 1 0 ",
        "a\0b",
        "\u{1f}\u{1e}\n",
        "🙂 ü",
        "'\"",
        "%s%d",
    ];
    let mut version = 0;
    for text in texts {
        for other in texts {
            let mut next = commit("a 1 2", version, text);
            next.events[0].name = other.into();
            let beside = |is_there: bool| is_there.then(|| other.to_owned());
            next.meta.correlation = beside(version % 2 == 0);
            next.meta.causation = beside(version % 3 == 0);
            next.meta.actor = beside(version % 5 == 0);
            next.meta.time = Timestamp::from_micros(-1 - i64::try_from(version).unwrap());
            store.append(&[next]).await.unwrap();
            version += 1;
        }
    }
    let stream = StreamName::new("Thing", "a 1 2").unwrap();
    let limit = PageLimit::default();
    let log = store.read_log(0, limit).await.unwrap();
    assert_eq!(log.events.len() as u64, version);
    assert_eq!(log, store.read_stream(&stream, 0, limit).await.unwrap());
}

#[tokio::test]
async fn a_page_of_the_log_is_as_large_as_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(path(&folder)).await.unwrap();
    let large = format!("\"{}\"", "x".repeat(3 << 20));
    for version in 0..20 {
        let written = store.append(&[commit("a", version, &large)]).await;
        written.unwrap();
    }
    for (bytes, events, more) in [(usize::MAX, 20, false), (50 << 20, 17, true)] {
        let limit = PageLimit { events: 100, bytes };
        let page = store.read_log(0, limit).await.unwrap();
        assert_eq!((page.events.len(), page.more), (events, more));
    }
}

/// What a handle keeps of streams is never what was rolled back, whoever made them in the end.
#[tokio::test]
async fn handles_that_take_turns_mean_the_same_streams() {
    let folder = tempfile::tempdir().unwrap();
    let open = || SqliteStore::open(path(&folder));
    let stores = [open().await.unwrap(), open().await.unwrap()];
    let ids = |turn: u64| (0..=turn).map(|id| id.to_string());
    for turn in 0..12 {
        let [one, other] = if turn % 2 == 0 { [0, 1] } else { [1, 0] }.map(|at| &stores[at]);
        // The new stream comes with one that refuses the batch, so that its first number is rolled back.
        let refused = [
            commit(&format!("new-{turn}"), 0, "{}"),
            commit("none", 7, "{}"),
        ];
        let outcomes = one.append(&refused).await.unwrap();
        assert_eq!(outcomes[1], Outcome::Refused);
        let batch: Vec<_> = ids(turn)
            .zip((0..=turn).rev())
            .map(|(id, expected)| commit(&id, expected, &format!("\"{id}\"")))
            .collect();
        for outcome in other.append(&batch).await.unwrap() {
            assert!(matches!(outcome, Outcome::Written { .. }), "{outcome:?}");
        }
    }
    for event in stores[0]
        .read_log(0, PageLimit::default())
        .await
        .unwrap()
        .events
    {
        assert!(event.json == "{}" || event.json == format!("\"{}\"", event.stream.id()));
    }
}

#[tokio::test]
async fn a_closed_store_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(path(&folder)).await.unwrap();
    let commit = commit("a", 0, "{}");
    store.close().await.unwrap();
    store.close().await.unwrap();
    let errors = [
        store
            .append(std::slice::from_ref(&commit))
            .await
            .unwrap_err(),
        store
            .append(std::slice::from_ref(&commit))
            .await
            .unwrap_err(),
        store.lookup(&[key(&commit)]).await.unwrap_err(),
        store.read_log(0, PageLimit::default()).await.unwrap_err(),
        store
            .read_stream(&commit.stream, 0, PageLimit::default())
            .await
            .unwrap_err(),
        store.read_snapshot(&commit.stream).await.unwrap_err(),
    ];
    for error in errors {
        assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    }
}

/// SQLite itself does not wait for a writer before it switches to a write-ahead log.
#[tokio::test]
async fn a_file_in_use_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    tamper(&path(&folder), "CREATE TABLE theirs (a)").await;
    let mut other = raw(&path(&folder)).await;
    let sql = "BEGIN IMMEDIATE";
    sqlx::raw_sql(sql).execute(&mut other).await.unwrap();
    let release = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        sqlx::raw_sql("COMMIT").execute(&mut other).await.unwrap();
    };
    let (opened, ()) = tokio::join!(SqliteStore::open(path(&folder)), release);
    write(&opened.unwrap(), "a", 0).await;
}

#[tokio::test]
async fn a_lock_of_another_process_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(path(&folder)).await.unwrap();
    let mut other = raw(&path(&folder)).await;
    sqlx::raw_sql("BEGIN IMMEDIATE")
        .execute(&mut other)
        .await
        .unwrap();
    let release = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    };
    tokio::join!(write(&store, "a", 0), release);
}

#[tokio::test]
async fn an_append_that_is_dropped_leaves_all_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(path(&folder)).await.unwrap();
    for polls in 0..30 {
        let batch: Vec<_> = (0..300)
            .map(|id| commit(&format!("{polls}-{id}"), 0, "{}"))
            .collect();
        let mut append = store.append(&batch);
        for _ in 0..polls {
            let _ = tokio::time::timeout(Duration::from_micros(300), append.as_mut())
                .await
                .is_ok_and(|done| {
                    append = Box::pin(std::future::pending());
                    done.is_ok()
                });
        }
        drop(append);
        write(&store, &format!("after-{polls}"), 0).await;
        let keys: Vec<_> = batch.iter().map(key).collect();
        let found = store.lookup(&keys).await.unwrap();
        let written = found.iter().filter(|found| found.known.is_some()).count();
        assert!(
            written == 0 || written == 300,
            "{written} of a batch are written"
        );
    }
}

#[tokio::test]
async fn errors_do_not_show_what_was_to_be_stored() {
    let log = Sqlite(Durability::Full)
        .create(i64::MAX.unsigned_abs())
        .await;
    let store = Sqlite(Durability::Full).open(&log).await;
    let error = store
        .append(&[commit("sentinel", 0, "\"sentinel\"")])
        .await
        .unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(matches!(error, StoreError::Failed(_)), "{error:?}");
    assert!(
        !shown.contains("sentinel") && !shown.contains(log.path().to_str().unwrap()),
        "{shown}"
    );
}

#[tokio::test]
async fn an_address_says_what_it_does_not_understand() {
    let folder = tempfile::tempdir().unwrap();
    let path = path(&folder);
    let path = path.to_str().unwrap();
    for parameters in [
        "",
        "?",
        "?durability=full",
        "?durability=may-lose-latest-on-power-failure",
    ] {
        let store = SqliteStore::from_address(&format!("{path}{parameters}"))
            .await
            .unwrap();
        store.close().await.unwrap();
    }
    let refused = [
        (
            "?durability=none".to_owned(),
            "may-lose-latest-on-power-failure",
        ),
        ("?mode=memory".to_owned(), "`durability`"),
        ("?durability=full&cache=shared".to_owned(), "`durability`"),
    ];
    for (parameters, hint) in refused {
        let error = SqliteStore::from_address(&format!("{path}{parameters}"))
            .await
            .unwrap_err();
        assert!(matches!(error, StoreError::Address { .. }), "{error:?}");
        assert!(error.to_string().contains(hint), "{error}");
    }
    for rest in ["", "//", "?durability=full", ":memory:"] {
        let error = SqliteStore::from_address(rest).await.unwrap_err();
        assert!(matches!(error, StoreError::Address { .. }), "{error:?}");
    }
}
