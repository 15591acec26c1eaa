//! Connections and servers that go away.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use gesta::store::PostgresStore;
use gesta::{App, LoadError, SendError, StoreError, Uuid};
use gesta_test_postgres::{Cluster, Cut, Point, Proxy, database};
use sqlx::{AssertSqlSafe, Connection};

use crate::account::{Account, Deposit, balance, bank_on, log};
use crate::sql::{connect, texts, with};

/// What the clients of a storm meet.
#[derive(Default)]
struct Storm {
    over: AtomicBool,
    answered: AtomicU64,
    failed: AtomicU64,
    unknown: AtomicU64,
}

impl Storm {
    /// Sends deposits, each again and again under its id until it is done, and counts what became durable.
    async fn deposits(self: Arc<Self>, bank: App, id: String) -> Vec<Uuid> {
        let mut done = Vec::new();
        while !self.over.load(Ordering::Relaxed) {
            let command = Uuid::now_v7();
            loop {
                let deposit = bank.send(id.as_str(), Deposit { cents: 1 });
                match deposit.command_id(command).await {
                    Ok(_) => break,
                    Err(SendError::OutcomeUnknown { .. }) => &self.unknown,
                    Err(
                        SendError::Store(StoreError::Unavailable(_))
                        | SendError::Load(LoadError::Store(StoreError::Unavailable(_)))
                        | SendError::Conflict { .. },
                    ) => &self.failed,
                    Err(other) => panic!("{other:?}"),
                }
                .fetch_add(1, Ordering::Relaxed);
            }
            self.answered.fetch_add(1, Ordering::Relaxed);
            done.push(command);
        }
        done
    }

    /// Reads all the time; a balance never shrinks.
    async fn reads(self: Arc<Self>, bank: App, id: String) {
        let mut last = 0;
        while !self.over.load(Ordering::Relaxed) {
            match bank.load::<Account>(id.as_str()).await {
                Ok(loaded) => {
                    assert!(loaded.state.balance >= last);
                    last = loaded.state.balance;
                }
                Err(LoadError::NotFound { .. } | LoadError::Store(StoreError::Unavailable(_))) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
    }

    /// Lets so many commands more be answered.
    async fn until_answered(&self, more: u64) {
        let wanted = self.answered.load(Ordering::Relaxed) + more;
        while self.answered.load(Ordering::Relaxed) < wanted {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    async fn until_failed(&self, more: u64) {
        let count = || self.failed.load(Ordering::Relaxed) + self.unknown.load(Ordering::Relaxed);
        let wanted = count() + more;
        while count() < wanted {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

/// What became durable is in the log, and once; and nothing else is.
async fn assert_each_once(url: &str, done: Vec<(String, Vec<Uuid>)>) {
    let mut stored = HashMap::<(String, Uuid), u32>::new();
    for event in log(url).await {
        let key = (event.stream.id().to_owned(), event.meta.command_id);
        *stored.entry(key).or_default() += 1;
    }
    let told = done
        .into_iter()
        .flat_map(|(id, commands)| commands.into_iter().map(move |each| (id.clone(), each)));
    for key in told {
        assert_eq!(stored.remove(&key), Some(1), "{key:?}");
    }
    assert!(stored.is_empty(), "nobody was told of {stored:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_ended_cost_nothing_but_time() {
    let Some(database) = database().await else {
        return;
    };
    let address = with(database.url(), "application_name=ours");
    let banks = [
        bank_on(address.as_str()).await,
        bank_on(address.as_str()).await,
    ];
    let storm = Arc::new(Storm::default());
    let (mut clients, mut readers) = (Vec::new(), Vec::new());
    for client in 0..8 {
        // Some accounts of one process alone, one of both.
        let id = (client % 5).to_string();
        let bank = banks[client % 2].clone();
        readers.push(tokio::spawn(
            Arc::clone(&storm).reads(bank.clone(), id.clone()),
        ));
        let deposits = Arc::clone(&storm).deposits(bank, id.clone());
        clients.push((id, tokio::spawn(deposits)));
    }
    let mut killer = connect(database.url()).await;
    let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'ours'";
    let mut killed = 0;
    for kills in 0..30 {
        storm
            .until_answered(if kills % 3 == 0 { 40 } else { 1 })
            .await;
        let rows = sqlx::query(kill).fetch_all(&mut killer).await.unwrap();
        killed += rows.len();
    }
    storm.until_answered(100).await;
    storm.over.store(true, Ordering::Relaxed);
    let mut done = Vec::new();
    for (id, client) in clients {
        done.push((id, client.await.unwrap()));
    }
    for reader in readers {
        reader.await.unwrap();
    }
    assert!(killed >= 60, "only {killed} connections were there to end");
    assert_eq!(
        storm.unknown.load(Ordering::Relaxed),
        0,
        "the server was there, and could say"
    );
    assert_each_once(database.url(), done).await;
}

/// How much longer than a moment the server is away, in seconds: `GESTA_OUTAGE=60 cargo test -p gesta --test postgres away`.
fn outage() -> Duration {
    let named = std::env::var("GESTA_OUTAGE").ok();
    Duration::from_secs(named.map_or(0, |seconds| seconds.parse().unwrap()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_away_is_waited_for() {
    let Some(mut cluster) = Cluster::start(&[]).unwrap() else {
        return;
    };
    let url = cluster.url("postgres");
    let builder = PostgresStore::builder(&url).unwrap();
    let patience = Duration::from_millis(300);
    let patient = bank_on(builder.clone()).await;
    let hasty = bank_on(builder.patience(patience)).await;
    let storm = Arc::new(Storm::default());
    let calm = Arc::new(Storm::default());
    let mut clients = Vec::new();
    for client in 0..4 {
        let id = client.to_string();
        let deposits = Arc::clone(&storm).deposits(hasty.clone(), id.clone());
        clients.push((id, tokio::spawn(deposits)));
    }
    let deposits = Arc::clone(&calm).deposits(patient.clone(), "calm".to_owned());
    clients.push(("calm".to_owned(), tokio::spawn(deposits)));
    for killed in [false, true] {
        storm.until_answered(20).await;
        tokio::task::block_in_place(|| match killed {
            false => cluster.stop().unwrap(),
            true => cluster.kill().unwrap(),
        });
        storm.until_failed(8).await;
        tokio::time::sleep(outage()).await;
        let loaded = hasty.load::<Account>("0").await;
        assert!(
            matches!(loaded, Err(LoadError::Store(StoreError::Unavailable(_)))),
            "{loaded:?}"
        );
        tokio::task::block_in_place(|| cluster.start_again().unwrap());
        storm.until_answered(20).await;
        calm.until_answered(2).await;
        let mut loaded = hasty.load::<Account>("0").await;
        while let Err(LoadError::Store(StoreError::Unavailable(_))) = loaded {
            loaded = hasty.load::<Account>("0").await;
        }
        loaded.unwrap();
    }
    storm.over.store(true, Ordering::Relaxed);
    calm.over.store(true, Ordering::Relaxed);
    let mut done = Vec::new();
    for (id, client) in clients {
        let commands = client.await.unwrap();
        assert_eq!(balance(&hasty, &id).await, commands.len() as u64);
        done.push((id, commands));
    }
    let unknown = calm.unknown.load(Ordering::Relaxed) + calm.failed.load(Ordering::Relaxed);
    assert!(
        unknown == 0 || outage() > Duration::ZERO,
        "it came back in time"
    );
    assert_each_once(&url, done).await;
}

/// The server does not notice that nobody waits for a statement that it has. It must not run later than a look at the
/// command ids that did not find it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_that_lives_on_is_ended_before_it_is_sent_again() {
    let Some(database) = database().await else {
        return;
    };
    let proxy = Proxy::start(database.server().address().unwrap()).await;
    let proxy = proxy.unwrap();
    let bank = bank_on(proxy.url(database.url()).unwrap()).await;
    bank.send("alice", Deposit { cents: 1 }).await.unwrap();
    let mut other = connect(database.url()).await;
    let mut lock = other.begin().await.unwrap();
    let held = sqlx::query("SELECT * FROM gesta_counter FOR UPDATE");
    held.execute(&mut *lock).await.unwrap();

    const OURS: &str = "SELECT pid::text FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'gesta'";
    let before = texts(database.url(), OURS).await;
    proxy
        .arm(Cut::at(Point::AfterCommit).of("gesta_counter"))
        .await;
    let deposit = bank.send("alice", Deposit { cents: 1 });
    let deposit = deposit.command_id(Uuid::now_v7());
    let sent = tokio::spawn(deposit.into_future());
    // Until the one waits by which it is sent again.
    let mut waiting = Vec::new();
    while waiting.iter().all(|each| before.contains(each)) {
        assert!(!sent.is_finished());
        let query = format!("{OURS} AND wait_event_type = 'Lock'");
        waiting = texts(database.url(), &query).await;
    }
    let old = waiting.iter().any(|each| before.contains(each));
    assert!(!old, "two wait to write the same");
    lock.commit().await.unwrap();
    let sent = sent.await.unwrap().unwrap();
    assert_eq!((sent.version, sent.position, sent.duplicate), (2, 2, false));
    assert_eq!(log(database.url()).await.len(), 2);
}

/// Whoever reads while each connection of the pool is dead has to try them all.
#[tokio::test]
async fn a_pool_of_dead_connections_is_read_on() {
    let Some(database) = database().await else {
        return;
    };
    let address = with(database.url(), "application_name=ours");
    let bank = bank_on(address).await;
    bank.send("alice", Deposit { cents: 1 }).await.unwrap();
    for round in 1..=3 {
        let loads = (0..16).map(|_| {
            let bank = bank.clone();
            tokio::spawn(async move { balance(&bank, "alice").await })
        });
        for load in loads.collect::<Vec<_>>() {
            assert_eq!(load.await.unwrap(), round);
        }
        let kill = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = 'ours'";
        let mut killer = connect(database.url()).await;
        let ended = sqlx::query(AssertSqlSafe(kill))
            .fetch_all(&mut killer)
            .await;
        assert!(ended.unwrap().len() >= 2);
        assert_eq!(balance(&bank, "alice").await, round);
        bank.send("alice", Deposit { cents: 1 }).await.unwrap();
    }
}
