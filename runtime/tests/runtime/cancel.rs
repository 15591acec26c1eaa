//! Each public future, dropped after k polls, for every k: nothing is lost, doubled or stuck.

use std::pin::Pin;
use std::task::{Context, Poll};

use gesta::App;
use uuid::Uuid;

use crate::account::*;

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

/// Runs what `make` makes for k = 0, 1, 2.. polls, until it ends by itself, and calls `check` after each.
async fn for_every_k<F: Future, C: Future>(
    mut make: impl FnMut() -> F,
    mut check: impl FnMut(bool) -> C,
) -> usize {
    for k in 0.. {
        let done = DropAfter {
            inner: Some(Box::pin(make())),
            left: k,
        }
        .await
        .is_some();
        check(done).await;
        if done {
            return k;
        }
        assert!(k < 1_000, "it never ends");
    }
    0
}

/// A bank on a file that goes with the test.
async fn bank(directory: &tempfile::TempDir) -> App {
    bank_with(
        format!("sqlite:{}", directory.path().join("bank.db").display()),
        1_000,
    )
    .await
}

#[tokio::test]
async fn a_command_that_nobody_waits_for_takes_effect_once_or_not_at_all() {
    let directory = tempfile::tempdir().unwrap();
    for bank in [bank(&directory).await, bank_with("memory:", 1_000).await] {
        let taken = std::cell::Cell::new(0);
        let id = std::cell::Cell::new(Uuid::nil());
        let polls = for_every_k(
            || {
                id.set(Uuid::now_v7());
                bank.send("alice", Withdraw { cents: 1 })
                    .command_id(id.get())
                    .into_future()
            },
            |_| async {
                // Whatever became of it, a retry is safe and tells.
                bank.send("alice", Withdraw { cents: 1 })
                    .command_id(id.get())
                    .await
                    .unwrap();
                taken.set(taken.get() + 1);
                assert_eq!(balance(&bank, "alice").await, 1_000 - taken.get());
            },
        )
        .await;
        assert!(polls >= 2);
    }
}

#[tokio::test]
async fn reading_may_be_given_up_at_any_point() {
    let directory = tempfile::tempdir().unwrap();
    for bank in [bank(&directory).await, bank_with("memory:", 1_000).await] {
        let check = |_| async { assert_eq!(balance(&bank, "alice").await, 1_000) };
        assert!(for_every_k(|| bank.load::<Account>("alice"), check).await >= 2);
        let mut history = bank.history::<Account>("alice");
        let mut versions = Vec::new();
        for k in (0..3).cycle() {
            // The same history goes on where the dropped future left it.
            match (DropAfter {
                inner: Some(Box::pin(history.next())),
                left: k,
            })
            .await
            {
                Some(Some(recorded)) => versions.push(recorded.unwrap().version),
                Some(None) => break,
                None => {}
            }
        }
        assert_eq!(versions, [1, 2]);
    }
}

#[tokio::test]
async fn a_start_may_be_given_up_at_any_point() {
    let directory = tempfile::tempdir().unwrap();
    let address = format!("sqlite:{}", directory.path().join("bank.db").display());
    let start = || {
        App::builder()
            .store(address.as_str())
            .aggregate::<Account>()
            .start()
    };
    let check = |_| async {
        let bank = start().await.unwrap();
        bank.send(Uuid::now_v7().to_string(), open()).await.unwrap();
        bank.shutdown().await.unwrap();
    };
    assert!(for_every_k(start, check).await >= 2);
}

#[tokio::test]
async fn a_shutdown_goes_on_if_nobody_waits_for_it() {
    for k in 0..3 {
        let directory = tempfile::tempdir().unwrap();
        let bank = bank(&directory).await;
        let sent = tokio::spawn(bank.send("alice", Withdraw { cents: 1 }).into_future());
        settle().await;
        DropAfter {
            inner: Some(Box::pin(bank.shutdown())),
            left: k,
        }
        .await;
        sent.await.unwrap().unwrap();
        let mut closed = false;
        // Polled once, it goes on by itself, and at its end nothing can be read any more.
        while k > 0 && !closed {
            closed = bank.load::<Account>("alice").await.is_err();
        }
        let late = bank.send("alice", Withdraw { cents: 1 }).await;
        assert_eq!(matches!(late, Err(gesta::SendError::ShuttingDown)), k > 0);
    }
}
