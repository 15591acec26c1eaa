//! Projections beside commands: what they cost those who write, and how far they are behind.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use gesta::store::Store;
use gesta::store::views::Which;
use gesta::{App, AppBuilder};

use crate::account::{Account, command};
use crate::views::{Balances, Fifth, Fourth, Second, Third};

const CLIENTS: usize = 64;
const ACCOUNTS: usize = 1_000;

pub fn app(store: &Arc<dyn Store>) -> AppBuilder {
    App::builder()
        .store(Arc::clone(store))
        .aggregate::<Account>()
}

pub fn with_five(app: AppBuilder) -> AppBuilder {
    app.projection::<Balances>()
        .projection::<Second>()
        .projection::<Third>()
        .projection::<Fourth>()
        .projection::<Fifth>()
}

/// Commands per second, by clients that each wait for an answer, and then until their next turn.
pub async fn run(app: App, time: Duration, turn: Duration, done: Arc<AtomicU64>) -> f64 {
    let start = Instant::now();
    let clients = (0..CLIENTS).map(|client| {
        let (app, done) = (app.clone(), Arc::clone(&done));
        tokio::spawn(async move {
            let (mut sent, mut next) = (0_u64, client * 7_919);
            // Not all at the same moment.
            let mut due = start + turn * u32::try_from(client).unwrap() / 64;
            while start.elapsed() < time {
                // A timer is a millisecond late or more.
                if !turn.is_zero() {
                    tokio::time::sleep_until(due.into()).await;
                }
                next = (next + 104_729) % ACCOUNTS;
                let answer = app
                    .send(format!("account-{next}"), command(1))
                    .await
                    .unwrap();
                done.fetch_max(answer.position, Ordering::AcqRel);
                sent += 1;
                due = (due + turn).max(Instant::now());
            }
            sent
        })
    });
    let mut sent = 0;
    for client in clients.collect::<Vec<_>>() {
        sent += client.await.unwrap();
    }
    crate::rate(sent, start)
}

/// How long after its answer an event is in the read model, in milliseconds: the median, and the 99th percentile of the
/// moments at which is looked, each two milliseconds.
pub async fn lag(store: &Arc<dyn Store>, rate: f64, time: Duration) -> (f64, f64) {
    let app = app(store).projection::<Balances>().start().await.unwrap();
    let done = Arc::new(AtomicU64::new(0));
    #[expect(clippy::cast_precision_loss, reason = "a number of clients")]
    let turn = Duration::from_secs_f64(CLIENTS as f64 / rate);
    let writing = tokio::spawn(run(app.clone(), time, turn, Arc::clone(&done)));
    let which = Which {
        projection: "Balances".to_owned(),
        version: 1,
    };
    let (mut answered, mut lags) = (std::collections::VecDeque::new(), Vec::new());
    while !writing.is_finished() {
        let now = Instant::now();
        answered.push_back((done.load(Ordering::Acquire), now));
        let views = store.views().unwrap();
        let seen = views.view(&which, "account-0").await.unwrap();
        let position = seen.map_or(0, |seen| seen.position);
        while answered
            .front()
            .is_some_and(|(asked, _)| *asked <= position)
        {
            let (_, since) = answered.pop_front().unwrap();
            lags.push(since.elapsed().as_secs_f64() * 1_000.0);
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    writing.await.unwrap();
    // Those that were never seen count, too.
    lags.extend(
        answered
            .iter()
            .map(|(_, since)| since.elapsed().as_secs_f64() * 1_000.0),
    );
    app.shutdown().await.unwrap();
    lags.sort_by(f64::total_cmp);
    (lags[lags.len() / 2], lags[lags.len() * 99 / 100])
}
