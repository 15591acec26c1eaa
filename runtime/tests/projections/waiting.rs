//! Reading one's own writes, and giving up to wait for them.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use gesta::App;

use crate::account::{Account, Balance, Deposit, Open, Statement};
use crate::breaking::Breaking;
use crate::ledger::until;
use crate::stores::on_each_store;

/// A future that is let go before its poll number `left + 1`.
struct DropAfter<F> {
    inner: Option<Pin<Box<F>>>,
    left: usize,
}

impl<F: Future> Future for DropAfter<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.left == 0 {
            self.inner = None;
            return Poll::Ready(None);
        }
        self.left -= 1;
        let Some(inner) = &mut self.inner else {
            return Poll::Ready(None);
        };
        inner.as_mut().poll(cx).map(Some)
    }
}

/// Drops what `make` makes after 0, 1, 2.. polls, until it ends by itself.
async fn at_every_poll<F: Future>(make: impl Fn() -> F) {
    for left in 0..200 {
        let inner = Some(Box::pin(make()));
        if (DropAfter { inner, left }).await.is_some() {
            return;
        }
    }
    panic!("it never ends");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_of_the_store_is_given_up_with_the_future_that_wants_it() {
    on_each_store(async |store| {
        let store = Breaking::never(store);
        let folding = App::builder().store(store.clone()).aggregate::<Account>();
        let folding = folding
            .projection::<Statement>()
            .projection::<Balance>()
            .start()
            .await
            .unwrap();
        let app = App::builder()
            .store(store.clone())
            .aggregate::<Account>()
            .start()
            .await
            .unwrap();
        app.send("a", Open { owner: "o".into() }).await.unwrap();
        for app in [&app, &folding] {
            at_every_poll(|| {
                app.send("a", Deposit { cents: 1 })
                    .wait_for::<Statement>()
                    .into_future()
            })
            .await;
            at_every_poll(|| app.view::<Statement>("a")).await;
            at_every_poll(|| app.views::<Statement>().page()).await;
            at_every_poll(|| app.views::<Statement>().count()).await;
            at_every_poll(|| app.projections()).await;
            let handle = app.projection::<Statement>();
            at_every_poll(|| handle.pause()).await;
            at_every_poll(|| handle.resume()).await;
            at_every_poll(|| handle.parked()).await;
            at_every_poll(|| handle.retry("a")).await;
            at_every_poll(|| handle.rebuild()).await;
            at_every_poll(|| handle.cancel()).await;
        }
        for _ in 0..10 {
            let done = app.send("a", Deposit { cents: 1 }).await.unwrap();
            at_every_poll(|| folding.wait(done.position, Duration::from_secs(20))).await;
        }
        app.shutdown().await.unwrap();
        folding.shutdown().await.unwrap();
        until("all calls have come to their end", async || {
            store.dropped() == 0
        })
        .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waited_sees_what_he_wrote_whoever_folds_it() {
    on_each_store(async |store| {
        let folding = App::builder()
            .store(Arc::clone(&store))
            .aggregate::<Account>();
        let folding = folding
            .projection::<Statement>()
            .projection::<Balance>()
            .start()
            .await
            .unwrap();
        let standby = App::builder()
            .store(Arc::clone(&store))
            .aggregate::<Account>();
        let standby = standby
            .projection::<Statement>()
            .projection::<Balance>()
            .start()
            .await
            .unwrap();
        let other = App::builder()
            .store(Arc::clone(&store))
            .aggregate::<Account>();
        let other = other.start().await.unwrap();
        other.send("a", Open { owner: "o".into() }).await.unwrap();
        for round in 0..30 {
            for (n, app) in [&folding, &standby, &other].into_iter().enumerate() {
                let sent = app.send("a", Deposit { cents: 1 }).wait_for::<Statement>();
                let done = sent.timeout(Duration::from_secs(20)).await.unwrap();
                assert!(done.visible, "round {round} of {n}");
                let seen = app.view::<Statement>("a").await.unwrap().unwrap();
                assert_eq!(seen.positions.last(), Some(&done.position));
            }
            let done = other.send("a", Deposit { cents: 1 }).await.unwrap();
            assert!(standby.wait(done.position, Duration::from_secs(20)).await);
            let seen = other.view::<Balance>("a").await.unwrap().unwrap();
            assert_eq!(seen.cents, 4 * (round + 1));
        }
        for app in [folding, standby, other] {
            app.shutdown().await.unwrap();
        }
    })
    .await;
}
