//! Clients that each send one command, wait for its answer, and send the next.

use std::time::{Duration, Instant};

use gesta::App;

use crate::account::{Account, command};

/// How far apart the aggregates are to which a client sends one after the other: without it, a batch would lie on a few
/// pages of an index that no real load has side by side.
pub const STRIDE: usize = 104_729;

/// Commands per second.
pub async fn run(address: &str, clients: usize, aggregates: usize, time: Duration) -> f64 {
    let app = App::builder()
        .store(address)
        .aggregate::<Account>()
        .start()
        .await
        .unwrap();
    let ids: Vec<String> = (0..aggregates)
        .map(|number| format!("account-{number}"))
        .collect();
    let ids: &'static [String] = Vec::leak(ids);
    warm_up(&app, ids).await;
    let start = Instant::now();
    let tasks = (0..clients)
        .map(|client| tokio::spawn(client_loop(app.clone(), ids, client, start + time)));
    let mut sent = 0;
    for task in tasks.collect::<Vec<_>>() {
        sent += task.await.unwrap();
    }
    let rate = f64::from(u32::try_from(sent).unwrap()) / start.elapsed().as_secs_f64();
    app.shutdown().await.unwrap();
    rate
}

/// Every aggregate has an event and is in memory before the clock starts.
async fn warm_up(app: &App, ids: &'static [String]) {
    let sent = ids
        .iter()
        .map(|id| tokio::spawn(app.send(id, command(1)).into_future()));
    for each in sent.collect::<Vec<_>>() {
        each.await.unwrap().unwrap();
    }
}

async fn client_loop(app: App, ids: &[String], client: usize, end: Instant) -> u64 {
    let mut sent = 0;
    let mut next = client * 7_919;
    while Instant::now() < end {
        next = (next + STRIDE) % ids.len();
        app.send(&ids[next], command(sent)).await.unwrap();
        sent += 1;
    }
    sent
}
