//! What a store promises of tables, by itself.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use gesta::store::tables::{TableError, TableStore, TableTurn, TableWork};
use gesta::store::views::{Control, Declaration, Generation, ViewStore};
use gesta::store::{PostgresStore, SqliteStore, Store};
use gesta::{Sql, SqlError, SqlFuture};
use uuid::Uuid;

use super::balances::execute;
use super::place::Place;

on_each_store! {
    an_older_token_writes_nothing
    another_position_writes_nothing
    a_dropped_generation_is_written_no_more
    what_errs_leaves_nothing
    tables_are_torn_down_once
    a_store_that_is_closed_says_so
}

const LEASE: Duration = Duration::from_secs(60);

async fn open(place: &Place) -> Arc<dyn Store> {
    match place {
        Place::Sqlite(folder, _) => Arc::new(
            SqliteStore::open(folder.path().join("bank.db"))
                .await
                .unwrap(),
        ),
        Place::Postgres(database, _) => {
            Arc::new(PostgresStore::connect(database.url()).await.unwrap())
        }
    }
}

fn tables(store: &dyn Store) -> &dyn TableStore {
    store.views().unwrap().tables().unwrap()
}

async fn claimed(views: &dyn ViewStore) -> Generation {
    let declared = Declaration {
        projection: "Notes".to_owned(),
        version: 1,
        fingerprint: 0,
        indexes: "(tables)".to_owned(),
    };
    let generation = views.declare(&declared).await.unwrap().id;
    let owner = Uuid::from_u128(1);
    views
        .claim(generation, owner, LEASE)
        .await
        .unwrap()
        .unwrap()
}

fn turn(claimed: &Generation, position: u64) -> TableTurn {
    TableTurn {
        generation: claimed.id,
        token: claimed.token,
        position,
    }
}

/// Makes a table if there is none, adds a row, and moves on by one.
#[derive(Default)]
struct Note {
    position: u64,
    runs: u32,
    made: u32,
    errs: bool,
}

impl TableWork for Note {
    fn run<'a>(
        &'a mut self,
        sql: &'a mut Sql,
        is_new: bool,
    ) -> Pin<Box<dyn Future<Output = Result<u64, SqlError>> + Send + 'a>> {
        Box::pin(async move {
            self.runs += 1;
            let notes = sql.table("notes")?;
            if is_new {
                self.made += 1;
                execute(sql, format!("CREATE TABLE {notes} (position BIGINT)")).await?;
            }
            let next = self.position + 1;
            execute(sql, format!("INSERT INTO {notes} VALUES ({next})")).await?;
            match self.errs {
                true => Err("no".into()),
                false => Ok(next),
            }
        })
    }
}

async fn notes(place: &Place) -> i64 {
    let sql = "SELECT count(*) FROM notes_1".to_owned();
    place.numbers(sql).await.unwrap()[0][0]
}

async fn an_older_token_writes_nothing(place: Place) {
    let store = open(&place).await;
    let views = store.views().unwrap();
    let old = claimed(views).await;
    let mut note = Note::default();
    let tables = tables(&*store);
    assert_eq!(
        tables.write(turn(&old, 0), &mut note).await.unwrap(),
        Some(1)
    );
    let new = claimed(views).await;
    note.position = 1;
    assert_eq!(tables.write(turn(&old, 1), &mut note).await.unwrap(), None);
    assert_eq!((note.runs, notes(&place).await), (1, 1));
    assert_eq!(
        tables.write(turn(&new, 1), &mut note).await.unwrap(),
        Some(2)
    );
    assert_eq!((note.runs, note.made, notes(&place).await), (2, 1, 2));
    store.close().await.unwrap();
}

async fn another_position_writes_nothing(place: Place) {
    let store = open(&place).await;
    let claimed = claimed(store.views().unwrap()).await;
    let mut note = Note::default();
    let tables = tables(&*store);
    assert_eq!(
        tables.write(turn(&claimed, 1), &mut note).await.unwrap(),
        None
    );
    assert_eq!(note.runs, 0);
    assert_eq!(
        tables.write(turn(&claimed, 0), &mut note).await.unwrap(),
        Some(1)
    );
    assert_eq!(
        tables.write(turn(&claimed, 0), &mut note).await.unwrap(),
        None
    );
    assert_eq!((note.runs, notes(&place).await), (1, 1));
    store.close().await.unwrap();
}

async fn a_dropped_generation_is_written_no_more(place: Place) {
    let store = open(&place).await;
    let views = store.views().unwrap();
    let claimed = claimed(views).await;
    assert!(views.control(claimed.id, Control::Drop).await.unwrap());
    let mut note = Note::default();
    let written = tables(&*store).write(turn(&claimed, 0), &mut note).await;
    assert_eq!((written.unwrap(), note.runs), (None, 0));
    store.close().await.unwrap();
}

async fn what_errs_leaves_nothing(place: Place) {
    let store = open(&place).await;
    let claimed = claimed(store.views().unwrap()).await;
    let mut note = Note {
        errs: true,
        ..Note::default()
    };
    let tables = tables(&*store);
    let error = tables
        .write(turn(&claimed, 0), &mut note)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, TableError::Work(error) if error.to_string() == "no"),
        "{error:?}"
    );
    assert!(!place.has_table("notes_1").await);
    note.errs = false;
    assert_eq!(
        tables.write(turn(&claimed, 0), &mut note).await.unwrap(),
        Some(1)
    );
    assert_eq!((note.made, notes(&place).await), (2, 1));
    store.close().await.unwrap();
}

async fn tables_are_torn_down_once(place: Place) {
    static TORN: [AtomicU32; 2] = [AtomicU32::new(0), AtomicU32::new(0)];
    fn tear(sql: &mut Sql) -> SqlFuture<'_> {
        let torn = &TORN[usize::from(sql.sqlite().is_ok())];
        torn.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            let notes = sql.table("notes")?;
            execute(sql, format!("DROP TABLE {notes}")).await
        })
    }
    let torn = || TORN[usize::from(place.is_sqlite())].load(Ordering::Relaxed);
    let store = open(&place).await;
    let views = store.views().unwrap();
    let claimed = claimed(views).await;
    let tables = tables(&*store);
    tables
        .write(turn(&claimed, 0), &mut Note::default())
        .await
        .unwrap();
    tables.tear_down(claimed.id, tear).await.unwrap();
    assert_eq!(
        (torn(), place.has_table("notes_1").await),
        (0, true),
        "it is not dropped"
    );
    assert!(views.control(claimed.id, Control::Drop).await.unwrap());
    let error = tables
        .tear_down(claimed.id, |_| Box::pin(async { Err("no".into()) }))
        .await;
    assert!(matches!(error, Err(TableError::Work(_))) && place.has_table("notes_1").await);
    for _ in 0..2 {
        tables.tear_down(claimed.id, tear).await.unwrap();
        assert_eq!((torn(), place.has_table("notes_1").await), (1, false));
    }
    assert!(views.sweep(claimed.id, 10).await.unwrap());
    tables.tear_down(claimed.id, tear).await.unwrap();
    assert_eq!(torn(), 1);
    store.close().await.unwrap();
}

async fn a_store_that_is_closed_says_so(place: Place) {
    let store = open(&place).await;
    let claimed = claimed(store.views().unwrap()).await;
    store.close().await.unwrap();
    let mut note = Note::default();
    let error = tables(&*store).write(turn(&claimed, 0), &mut note).await;
    assert!(matches!(error, Err(TableError::Store(_))));
    assert_eq!(note.runs, 0);
}
