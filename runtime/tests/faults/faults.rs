//! Commands that are sent until they are answered take effect once, whatever happens to the line.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use gesta::App;
use gesta::store::PostgresStore;
use gesta_test_postgres::{Proxy, database};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use crate::account::Account;
use crate::chaos::Chaos;
use crate::clients::{ACCOUNTS, Clients, Done};
use crate::random::Random;

/// Short, so that a blackhole is noticed as one.
const PATIENCE: Duration = Duration::from_millis(500);

async fn open(url: &str) -> App {
    let store = PostgresStore::builder(url).unwrap().patience(PATIENCE);
    let app = App::builder().store(store).aggregate::<Account>();
    app.start().await.unwrap()
}

fn seed() -> u64 {
    let named = std::env::var("GESTA_FAULTS_SEED").ok();
    let seed = named.map_or_else(
        || Uuid::now_v7().as_u64_pair().1,
        |seed| seed.parse().unwrap(),
    );
    // Shown if the test fails.
    println!("to repeat it, as far as time allows: GESTA_FAULTS_SEED={seed}");
    seed
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_command_takes_effect_once() {
    let Some(database) = database().await else {
        return;
    };
    let mut random = Random::new(seed());
    let proxy = Proxy::start(database.server().address().unwrap());
    let proxy = proxy.await.unwrap();
    let app = Arc::new(open(&proxy.url(database.url()).unwrap()).await);
    let mut beside = PgConnection::connect(database.url()).await.unwrap();

    let clients = Clients::start(&app, &mut random);
    let chaos = Chaos {
        proxy: &proxy,
        clients: &clients,
        beside: &mut beside,
        random: &mut random,
    };
    let cuts = chaos.run().await;
    let retries = clients.retries();
    let done = clients.finish().await;
    println!(
        "{} commands, {retries} retries, {:?}",
        done.len(),
        proxy.counts()
    );

    assert!(done.len() >= 500);
    assert_eq!(proxy.counts().cuts(), cuts);
    check_log(&mut beside, &done).await;
    check_sessions(&mut beside).await;
    app.shutdown().await.unwrap();
    check_balances(&open(database.url()).await, &done).await;
}

/// Each command has one event, which is the one that its client was told of.
async fn check_log(beside: &mut PgConnection, done: &[Done]) {
    let log = "SELECT command_id, position, version, stream, name, payload::jsonb ->> 'cents' FROM gesta_events
        ORDER BY position";
    let log: Vec<(Uuid, i64, i64, String, String, String)> =
        sqlx::query_as(log).fetch_all(beside).await.unwrap();
    let mut told: HashMap<_, _> = done.iter().map(|done| (done.id, done)).collect();
    let mut heads = BTreeMap::new();
    for (at, (id, position, version, stream, name, cents)) in (1..).zip(log) {
        let done = told.remove(&id);
        let done = done.unwrap_or_else(|| panic!("{id} took effect twice, or nobody sent it"));
        let expected = (done.answer.position, done.answer.version);
        assert_eq!(
            (position, position.unsigned_abs(), version.unsigned_abs()),
            (at, expected.0, expected.1)
        );
        let head = heads.entry(stream.clone()).or_insert(0);
        *head += 1;
        assert_eq!(
            (version, stream),
            (*head, format!("Account/{}", done.account))
        );
        let sign = if name == "Taken" { "-" } else { "" };
        assert_eq!(format!("{sign}{cents}"), done.cents.to_string());
    }
    assert!(told.is_empty(), "acknowledged, and not there: {told:?}");
}

async fn check_sessions(beside: &mut PgConnection) {
    let sessions = "SELECT state, query FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND state IS DISTINCT FROM 'idle'";
    let sessions: Vec<(Option<String>, String)> =
        sqlx::query_as(sessions).fetch_all(beside).await.unwrap();
    assert_eq!(sessions, []);
}

async fn check_balances(app: &App, done: &[Done]) {
    let mut total = 0;
    for account in 0..ACCOUNTS {
        let moved = done.iter().filter(|done| done.account == account);
        let moved: i64 = moved.map(|done| done.cents).sum();
        let balance = app.load::<Account>(account).await.unwrap().state.balance;
        assert_eq!(balance, moved, "account {account}");
        total += balance;
    }
    assert_eq!(total, 0);
}
