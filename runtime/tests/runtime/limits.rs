//! Memory is bounded, and bad input gets a typed error and changes nothing.

use gesta::store::InvalidId;
use gesta::{App, Limits, SendError};

use crate::account::*;
use crate::faulty::Faulty;

async fn bank(store: &Faulty, change: impl FnOnce(&mut Limits)) -> App {
    let mut limits = Limits::default();
    change(&mut limits);
    App::builder()
        .store(store.clone())
        .aggregate::<Account>()
        .limits(limits)
        .start()
        .await
        .unwrap()
}

#[tokio::test]
async fn one_command_too_many_is_overload_until_one_is_answered() {
    let store = Faulty::gated();
    let bank = bank(&store, |limits| limits.commands = 3).await;
    let under_way =
        [1, 2, 3].map(|id| tokio::spawn(bank.send(format!("a{id}"), open()).into_future()));
    while store.loads() < 3 {
        tokio::task::yield_now().await;
    }
    assert!(matches!(
        bank.send("late", open()).await,
        Err(SendError::Overloaded)
    ));
    store.let_through(10);
    for each in under_way {
        each.await.unwrap().unwrap();
    }
    bank.send("late", open()).await.unwrap();
}

#[tokio::test]
async fn one_aggregate_cannot_take_all_the_room() {
    let store = Faulty::gated();
    let bank = bank(&store, |limits| limits.mailbox = 5).await;
    // All of these are sent before the first has a chance to be read from the store.
    let sent = (0..8).map(|_| bank.send("alice", Gift { cents: 1 }).into_future());
    let mut sent: Vec<_> = sent.collect();
    let mut overloaded = 0;
    for each in &mut sent {
        let polled = std::future::poll_fn(|cx| {
            std::task::Poll::Ready(std::pin::Pin::new(&mut *each).poll(cx))
        })
        .await;
        overloaded += usize::from(matches!(
            polled,
            std::task::Poll::Ready(Err(SendError::Overloaded))
        ));
    }
    assert_eq!(overloaded, 3);
}

#[tokio::test]
async fn the_least_recently_used_aggregate_goes() {
    let store = Faulty::new();
    let bank = bank(&store, |limits| limits.cached_aggregates = 2).await;
    for id in ["alice", "bob"] {
        bank.send(id, open()).await.unwrap();
    }
    bank.send("alice", Deposit { cents: 1 }).await.unwrap();
    let before = store.loads();
    bank.send("carol", open()).await.unwrap();
    bank.send("alice", Deposit { cents: 1 }).await.unwrap();
    assert_eq!(
        store.loads() - before,
        1,
        "carol was read, alice had stayed"
    );
    bank.send("bob", Deposit { cents: 1 }).await.unwrap();
    assert_eq!(store.loads() - before, 2, "bob had gone");
}

#[tokio::test]
async fn an_event_over_the_limit_is_refused_and_one_at_the_limit_is_not() {
    let bank = bank_on("memory:").await;
    let limit = Limits::default().event_bytes;
    let around = r#"{"owner":""}"#.len();
    let error = bank
        .send(
            "alice",
            Open {
                owner: "x".repeat(limit - around + 1),
            },
        )
        .await
        .unwrap_err();
    assert!(
        matches!(error, SendError::TooLarge { bytes, limit: l } if bytes == l + 1),
        "{error:?}"
    );
    bank.send(
        "alice",
        Open {
            owner: "x".repeat(limit - around),
        },
    )
    .await
    .unwrap();
}

#[tokio::test]
async fn the_events_of_one_command_have_a_limit_together() {
    let store = Faulty::new();
    let bank = bank(&store, |limits| limits.event_bytes = 20).await;
    // Each event has 12 bytes, and all together may have 320.
    bank.send(
        "alice",
        GiftMany {
            cents: 11,
            times: 26,
        },
    )
    .await
    .unwrap();
    let error = bank
        .send(
            "alice",
            GiftMany {
                cents: 11,
                times: 27,
            },
        )
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            SendError::TooLarge {
                bytes: 12,
                limit: 8
            }
        ),
        "{error:?}"
    );
    assert_eq!(bank.load::<Account>("alice").await.unwrap().version, 26);
}

mod scale {
    use gesta::prelude::*;

    #[event]
    pub struct Weighed {
        pub grams: f64,
    }

    #[aggregate]
    #[derive(Debug, Default)]
    pub struct Scale {
        pub grams: f64,
    }

    #[aggregate]
    impl Scale {
        #[command(upsert)]
        pub fn weigh(&self, grams: f64) -> Weighed {
            Weighed { grams }
        }

        #[apply]
        fn weighed(&mut self, event: &Weighed) {
            self.grams = event.grams;
        }
    }
}

#[tokio::test]
async fn an_event_that_could_not_be_read_back_is_not_stored() {
    use scale::{Scale, Weigh};
    let app = App::builder()
        .store("memory:")
        .aggregate::<Scale>()
        .start()
        .await
        .unwrap();
    app.send("kitchen", Weigh { grams: 1.5 }).await.unwrap();
    // The JSON of a number that is not finite is `null`.
    let error = app
        .send("kitchen", Weigh { grams: f64::NAN })
        .await
        .unwrap_err();
    assert!(matches!(error, SendError::Unreadable(_)), "{error:?}");
    assert_eq!(
        app.send("kitchen", Weigh { grams: 2.5 })
            .await
            .unwrap()
            .version,
        2
    );
    assert!((app.load::<Scale>("kitchen").await.unwrap().state.grams - 2.5).abs() < f64::EPSILON);
}

#[tokio::test]
async fn texts_that_no_store_could_keep_are_refused() {
    let bank = bank_on("memory:").await;
    for (id, why) in [
        ("", InvalidId::Empty),
        ("a\0b", InvalidId::Control),
        ("a\nb", InvalidId::Control),
    ] {
        let error = bank.send(id, open()).await.unwrap_err();
        assert!(
            matches!(error, SendError::InvalidText { what: "id", source } if source == why),
            "{error:?}"
        );
    }
    let long = "x".repeat(10_000);
    assert!(bank.send(&long, open()).await.is_err());
    let error = bank
        .send("alice", open())
        .correlation("\u{7}")
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            SendError::InvalidText {
                what: "correlation",
                ..
            }
        ),
        "{error:?}"
    );
    assert!(bank.send("alice", open()).causation("").await.is_err());
    assert!(bank.send("alice", open()).actor(long).await.is_err());
    assert_eq!(
        bank.send("a/b 🙂 'x\" --%_", open())
            .await
            .unwrap()
            .position,
        1,
        "nothing was written before"
    );
}

#[tokio::test]
async fn names_that_clash_do_not_start() {
    let started = App::builder()
        .store("memory:")
        .aggregate::<Account>()
        .aggregate::<other::Purse>()
        .start()
        .await;
    let error = started.err().unwrap();
    assert_eq!(error.to_string(), "two events are named `Deposited`");
    let started = App::builder()
        .store("memory:")
        .aggregate::<Account>()
        .aggregate::<other::Account>()
        .start()
        .await;
    assert_eq!(
        started.err().unwrap().to_string(),
        "two aggregates are named `Account`"
    );
    App::builder()
        .store("memory:")
        .aggregate::<Account>()
        .aggregate::<Account>()
        .start()
        .await
        .unwrap();
    let error = App::builder()
        .aggregate::<Account>()
        .start()
        .await
        .err()
        .unwrap();
    assert!(error.to_string().contains(".store("), "{error}");
}

mod other {
    use gesta::prelude::*;

    #[event]
    pub struct Deposited {}

    #[event]
    pub struct Opened {}

    #[aggregate]
    #[derive(Default)]
    pub struct Purse {}

    #[aggregate]
    impl Purse {
        #[apply]
        fn deposited(&mut self, _: &Deposited) {}
    }

    #[aggregate]
    #[derive(Default)]
    pub struct Account {}

    #[aggregate]
    impl Account {
        #[apply]
        fn opened(&mut self, _: &Opened) {}
    }
}
