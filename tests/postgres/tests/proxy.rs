//! Each fault, as the client sees it and as the server has it.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says by a panic that it failed"
)]

use std::time::{Duration, Instant};

use gesta_test_postgres::{Cluster, Counts, Cut, Database, Fault, Point, Proxy, database};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection, query, query_scalar};
use tokio::time::timeout;

/// Longer than anything takes that happens at all; what must not happen is not waited for so long.
const LONG: Duration = Duration::from_secs(30);
const SHORT: Duration = Duration::from_millis(200);

/// A database with a table, its proxy, a connection through that and one beside it.
struct World {
    proxy: Proxy,
    client: PgConnection,
    beside: PgConnection,
    database: Database,
}

async fn connect(url: &str) -> sqlx::Result<PgConnection> {
    url.parse::<PgConnectOptions>()?.connect().await
}

async fn world() -> Option<World> {
    let database = database().await?;
    let address = database.server().address().unwrap();
    let proxy = Proxy::start(address).await.unwrap();
    let mut beside = connect(database.url()).await.unwrap();
    query("CREATE TABLE notes (note int)")
        .execute(&mut beside)
        .await
        .unwrap();
    let client = connect(&proxy.url(database.url()).unwrap()).await.unwrap();
    Some(World {
        proxy,
        client,
        beside,
        database,
    })
}

impl World {
    async fn again(&mut self) {
        let url = self.proxy.url(self.database.url()).unwrap();
        self.client = connect(&url).await.unwrap();
    }

    /// One statement that is its own transaction.
    async fn insert(&mut self, note: i32) -> sqlx::Result<()> {
        timeout(LONG, insert(&mut self.client, note)).await.unwrap()
    }

    /// Two statements in a transaction.
    async fn insert_both(&mut self, notes: [i32; 2]) -> sqlx::Result<()> {
        let both = async {
            let mut transaction = self.client.begin().await?;
            for note in notes {
                insert(&mut transaction, note).await?;
            }
            transaction.commit().await
        };
        timeout(LONG, both).await.unwrap()
    }

    /// What is there by the time that no transaction is open any more.
    async fn notes(&mut self) -> Vec<i32> {
        let mut transaction = self.beside.begin().await.unwrap();
        query("LOCK TABLE notes")
            .execute(&mut *transaction)
            .await
            .unwrap();
        let notes = query_scalar("SELECT note FROM notes ORDER BY note");
        let notes = notes.fetch_all(&mut *transaction).await.unwrap();
        transaction.commit().await.unwrap();
        notes
    }

    /// Sessions on the database, without the one beside.
    async fn sessions(&mut self) -> i64 {
        let sessions = "SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()";
        let sessions = query_scalar(sessions).fetch_one(&mut self.beside);
        sessions.await.unwrap()
    }
}

async fn insert(client: &mut PgConnection, note: i32) -> sqlx::Result<()> {
    let insert = query("INSERT INTO notes VALUES ($1)").bind(note);
    insert.execute(client).await.map(drop)
}

fn is_cut<T: std::fmt::Debug>(result: sqlx::Result<T>) -> bool {
    matches!(result, Err(sqlx::Error::Io(_)))
}

fn only(count: impl FnOnce(&mut Counts), connections: u64) -> Counts {
    let mut counts = Counts::default();
    counts.connections = connections;
    count(&mut counts);
    counts
}

#[tokio::test]
async fn without_a_fault_nothing_happens() {
    let Some(mut world) = world().await else {
        return;
    };
    world.insert(1).await.unwrap();
    world.insert_both([2, 3]).await.unwrap();
    let rows = query_scalar::<_, i32>("SELECT generate_series(1, 20000)");
    let rows = rows.fetch_all(&mut world.client).await.unwrap();
    assert_eq!(rows.len(), 20_000);
    assert_eq!(world.notes().await, [1, 2, 3]);
    assert_eq!(world.proxy.counts(), only(|_| {}, 1));
}

#[tokio::test]
async fn a_cut_before_the_commit_leaves_nothing() {
    let Some(mut world) = world().await else {
        return;
    };
    let cut = Cut::at(Point::BeforeCommit);
    world.proxy.arm(cut.clone().of("INTO notes")).await;
    assert!(is_cut(world.insert(1).await));
    world.again().await;
    world.proxy.arm(cut).await;
    assert!(is_cut(world.insert_both([2, 3]).await));
    assert_eq!(world.notes().await, []);
    assert_eq!(
        world.proxy.counts(),
        only(|counts| counts.before_commit = 2, 2)
    );
}

#[tokio::test]
async fn half_a_commit_leaves_nothing() {
    let Some(mut world) = world().await else {
        return;
    };
    for bytes in [0, 1, 7, usize::MAX] {
        let cut = Cut::at(Point::HalfCommit(bytes));
        world.proxy.arm(cut.clone().of("INTO notes")).await;
        assert!(is_cut(world.insert(1).await), "{bytes}");
        world.again().await;
        world.proxy.arm(cut).await;
        assert!(is_cut(world.insert_both([2, 3]).await), "{bytes}");
        world.again().await;
    }
    assert_eq!(world.notes().await, []);
    assert_eq!(
        world.proxy.counts(),
        only(|counts| counts.half_commit = 8, 9)
    );
}

#[tokio::test]
async fn after_a_cut_behind_the_commit_the_rows_come_all_the_same() {
    let Some(mut world) = world().await else {
        return;
    };
    let cut = Cut::at(Point::AfterCommit);
    world.proxy.arm(cut.clone().of("INTO notes")).await;
    assert!(is_cut(world.insert(1).await));
    world.again().await;
    world.proxy.arm(cut).await;
    assert!(is_cut(world.insert_both([2, 3]).await));
    assert_eq!(
        world.proxy.counts(),
        only(|counts| counts.after_commit = 2, 2)
    );
    let start = Instant::now();
    while world.notes().await != [1, 2, 3] {
        assert!(start.elapsed() < LONG, "the rows do not come");
    }
}

#[tokio::test]
async fn when_an_answer_is_cut_the_rows_are_there() {
    let Some(mut world) = world().await else {
        return;
    };
    for point in [
        Point::BeforeAnswer,
        Point::HalfAnswer(0),
        Point::HalfAnswer(7),
        Point::HalfAnswer(usize::MAX),
    ] {
        let cut = Cut::at(point);
        world.proxy.arm(cut.clone().of("INTO notes")).await;
        assert!(is_cut(world.insert(1).await), "{point:?}");
        // At once, without waiting for anything.
        let notes: Vec<i32> = query_scalar("DELETE FROM notes RETURNING note")
            .fetch_all(&mut world.beside)
            .await
            .unwrap();
        assert_eq!(notes, [1], "{point:?}");
        world.again().await;
        world.proxy.arm(cut).await;
        assert!(is_cut(world.insert_both([2, 3]).await), "{point:?}");
        let notes: Vec<i32> = query_scalar("DELETE FROM notes RETURNING note")
            .fetch_all(&mut world.beside)
            .await
            .unwrap();
        assert_eq!(notes, [2, 3], "{point:?}");
        world.again().await;
    }
    let counts = world.proxy.counts();
    assert_eq!(
        (counts.before_answer, counts.half_answer, counts.cuts()),
        (2, 6, 8)
    );
}

#[tokio::test]
async fn a_cut_waits_for_its_statement_and_comes_once() {
    let Some(mut world) = world().await else {
        return;
    };
    let cut = Cut::at(Point::BeforeCommit);
    world
        .proxy
        .arm(cut.of("INTO notes VALUES ($1) RETURNING"))
        .await;
    world.insert(1).await.unwrap();
    world.insert_both([2, 3]).await.unwrap();
    let insert = || query("INSERT INTO notes VALUES ($1) RETURNING note").bind(4);
    assert!(is_cut(insert().execute(&mut world.client).await));
    world.again().await;
    insert().execute(&mut world.client).await.unwrap();
    assert_eq!(world.notes().await, [1, 2, 3, 4]);
}

#[tokio::test]
async fn cuts_come_in_their_order() {
    let Some(mut world) = world().await else {
        return;
    };
    for point in [Point::BeforeAnswer, Point::BeforeCommit] {
        world.proxy.arm(Cut::at(point).of("INTO notes")).await;
    }
    for note in [1, 2] {
        assert!(is_cut(world.insert(note).await));
        world.again().await;
    }
    assert_eq!(world.notes().await, [1]);
}

#[tokio::test]
async fn a_black_hole_gives_nothing_back() {
    let Some(mut world) = world().await else {
        return;
    };
    let url = world.proxy.url(world.database.url()).unwrap();
    let mut idle = connect(&url).await.unwrap();
    world.proxy.arm(Fault::Blackhole).await;
    assert!(timeout(SHORT, world.insert(1)).await.is_err());
    assert!(timeout(SHORT, connect(&url)).await.is_err());
    // Nobody was cut.
    assert_eq!(world.sessions().await, 2);
    world.proxy.lift().await.unwrap();
    assert!(is_cut(world.insert(1).await));
    assert_eq!(world.notes().await, []);
    // This one lost nothing.
    insert(&mut idle, 2).await.unwrap();
    world.again().await;
    world.insert(3).await.unwrap();
    assert_eq!(world.notes().await, [2, 3]);
    assert!(world.proxy.counts().swallowed >= 2);
}

#[tokio::test]
async fn what_is_held_back_arrives_after_its_client_has_gone() {
    let Some(mut world) = world().await else {
        return;
    };
    let url = world.proxy.url(world.database.url()).unwrap();
    let mut client = connect(&url).await.unwrap();
    // Once before, so that it is prepared.
    insert(&mut client, 1).await.unwrap();
    world.proxy.arm(Fault::Hold).await;
    assert!(timeout(SHORT, insert(&mut client, 2)).await.is_err());
    drop(client);
    assert_eq!(world.notes().await, [1]);
    world.proxy.lift().await.unwrap();
    let start = Instant::now();
    while world.notes().await != [1, 2] {
        assert!(start.elapsed() < LONG, "it does not arrive");
    }
    assert!(world.proxy.counts().held >= 1);
    // Nobody who stayed has lost anything.
    world.insert(3).await.unwrap();
}

#[tokio::test]
async fn an_outage_ends_and_refuses_connections() {
    let Some(mut world) = world().await else {
        return;
    };
    let url = world.proxy.url(world.database.url()).unwrap();
    world.proxy.arm(Fault::Outage).await;
    assert!(is_cut(world.insert(1).await));
    let Err(sqlx::Error::Io(error)) = connect(&url).await else {
        panic!("it was not refused");
    };
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused);
    world.proxy.lift().await.unwrap();
    world.again().await;
    world.insert(2).await.unwrap();
    assert_eq!(world.notes().await, [2]);
    assert_eq!(world.proxy.counts(), only(|counts| counts.outage = 1, 2));
}

#[tokio::test]
async fn each_direction_has_a_delay_of_its_own() {
    let Some(mut world) = world().await else {
        return;
    };
    let (none, some) = (Duration::ZERO, Duration::from_millis(150));
    for (to_server, to_client, total) in [
        (some, none, some),
        (none, some, some),
        (some, some, some * 2),
    ] {
        // Once without, so that it is prepared.
        world.insert(1).await.unwrap();
        world
            .proxy
            .arm(Fault::Delay {
                to_server,
                to_client,
            })
            .await;
        let start = Instant::now();
        world.insert(1).await.unwrap();
        assert!(start.elapsed() >= total);
        world.proxy.lift().await.unwrap();
    }
    assert!(world.proxy.counts().delayed >= 4);
}

#[tokio::test]
async fn what_the_server_says_last_is_heard() {
    let Some(mut world) = world().await else {
        return;
    };
    let pid: i32 = query_scalar("SELECT pg_backend_pid()")
        .fetch_one(&mut world.client)
        .await
        .unwrap();
    query("SELECT pg_terminate_backend($1, 10000)")
        .bind(pid)
        .execute(&mut world.beside)
        .await
        .unwrap();
    let error = world.insert(1).await.unwrap_err();
    let code = error
        .as_database_error()
        .and_then(|error| error.code().map(|code| code.into_owned()));
    assert_eq!(code.as_deref(), Some("57P01"), "{error}");
}

#[tokio::test]
async fn a_server_that_comes_back_is_reached_again() {
    let Some(mut cluster) = Cluster::start(&[]).unwrap() else {
        return;
    };
    let proxy = Proxy::start(cluster.address()).await.unwrap();
    let url = proxy.url(&cluster.url("postgres")).unwrap();
    let mut client = connect(&url).await.unwrap();
    cluster.kill().unwrap();
    assert!(query("SELECT 1").execute(&mut client).await.is_err());
    assert!(connect(&url).await.is_err());
    cluster.start_again().unwrap();
    connect(&url).await.unwrap();
}

#[tokio::test]
async fn a_url_keeps_what_is_not_the_host() {
    let proxy = Proxy::start(([127, 0, 0, 1], 9).into()).await.unwrap();
    let address = proxy.address();
    for (url, expected) in [
        (
            "postgres://me@elsewhere:1/db",
            format!("postgres://me@{address}/db"),
        ),
        (
            "postgres://me:secret@localhost/db?host=/run&sslmode=disable&port=7",
            format!("postgres://me:secret@{address}/db?sslmode=disable"),
        ),
    ] {
        assert_eq!(proxy.url(url).unwrap(), expected);
    }
}
