//! Read models that are there with the answer, and those that are folded when somebody asks.

use std::sync::Arc;

use gesta::store::Store;
use gesta::{App, PauseError, ProjectionState, SendError, StartError, Uuid};

use crate::account::{Account, Close, Deposit, Open};
use crate::failures::{deposit, is_at, start};
use crate::ledger::{Writer, until};
use crate::picky::*;
use crate::stores::on_each_store;

type Inline<const N: usize> = Picky<N, INLINE>;
type Live<const N: usize> = Picky<N, LIVE>;

fn open() -> Open {
    Open { owner: "o".into() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_rejects_its_command_and_no_other() {
    on_each_store(async |store| {
        Picky::<20, INLINE>::begin();
        let app = start::<20, INLINE>(&store).await;
        let clients = (0..16_u64).map(|client| {
            let app = app.clone();
            tokio::spawn(async move {
                let (id, mut cents, mut retry) = (format!("c{client}"), 0, Vec::new());
                app.send(id.as_str(), open()).await.unwrap();
                for n in 0..60 {
                    let bad = (client * 7 + n * 5) % 11 == 0;
                    let (amount, command) = (if bad { ERRS } else { 100 + n }, Uuid::now_v7());
                    let sent = app
                        .send(id.as_str(), Deposit { cents: amount })
                        .command_id(command)
                        .await;
                    match sent {
                        Ok(_) => cents += amount,
                        Err(SendError::Inline {
                            projection,
                            message,
                        }) => {
                            assert_eq!(
                                (projection.as_str(), message.as_str()),
                                ("Picky", "thirteen")
                            );
                            retry.push(command);
                        }
                        Err(error) => panic!("{error:?}"),
                    }
                    assert_eq!(bad, retry.last() == Some(&command));
                    let seen = app.view::<Inline<20>>(&id).await.unwrap();
                    assert_eq!(seen.map_or(0, |seen| seen.cents), cents);
                }
                (id, cents, retry)
            })
        });
        let mut refused = Vec::new();
        for client in clients.collect::<Vec<_>>() {
            refused.push(client.await.unwrap());
        }
        Inline::<20>::mend(true);
        for (id, cents, retry) in refused {
            assert!(!retry.is_empty());
            for command in &retry {
                let again = || {
                    app.send(id.as_str(), Deposit { cents: ERRS })
                        .command_id(*command)
                };
                assert!(!again().await.unwrap().duplicate);
                assert!(again().await.unwrap().duplicate);
            }
            let seen = app.view::<Inline<20>>(&id).await.unwrap().unwrap();
            assert_eq!(seen.cents, cents + ERRS * retry.len() as u64);
        }
        app.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn code_that_panics_in_an_append_rejects_the_command() {
    on_each_store(async |store| {
        Picky::<21, INLINE>::begin();
        let app = start::<21, INLINE>(&store).await;
        app.send("a", open()).await.unwrap();
        for cents in [
            PANICS,
            HAS_NO_JSON,
            LONG_VALUE,
            KEY_PANICS,
            NUL_KEY,
            INDEX_PANICS,
        ] {
            let refused = app.send("a", Deposit { cents }).await.unwrap_err();
            assert!(
                matches!(refused, SendError::Inline { .. }),
                "{cents}: {refused:?}"
            );
        }
        assert_eq!(
            app.send("a", Deposit { cents: 1 }).await.unwrap().version,
            2
        );
        assert_eq!(
            app.view::<Inline<21>>("a").await.unwrap().unwrap().seen,
            [2]
        );
        app.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn one_that_is_added_later_has_what_was_before() {
    on_each_store(async |store| {
        Picky::<22, INLINE>::begin();
        let mut writer = Writer::default();
        deposit(&store, &mut writer, &vec![("a", 1); 5_000]).await;
        let app = start::<22, INLINE>(&store).await;
        assert_eq!(
            app.view::<Inline<22>>("a").await.unwrap().unwrap().cents,
            5_000
        );
        app.send("b", open()).await.unwrap();
        app.send("b", Deposit { cents: 2 }).await.unwrap();
        assert_eq!(
            app.view::<Inline<22>>("b").await.unwrap().unwrap().seen,
            [5_002]
        );

        // What is appended by those who do not know it, the runner folds, or the next append.
        deposit(&store, &mut writer, &[("a", 1)]).await;
        until("it is folded", async || is_at(&app, 5_003).await).await;
        deposit(&store, &mut writer, &[("a", 1), ("a", 1)]).await;
        app.send("b", Deposit { cents: 2 }).await.unwrap();
        assert_eq!(
            app.view::<Inline<22>>("a").await.unwrap().unwrap().cents,
            5_003
        );
        assert_eq!(
            app.view::<Inline<22>>("b").await.unwrap().unwrap().seen,
            [5_002, 5_006]
        );
        app.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn one_that_answers_is_not_paused() {
    on_each_store(async |store| {
        Picky::<38, INLINE>::begin();
        let app = start::<38, INLINE>(&store).await;
        let refused = app.projection::<Inline<38>>().pause().await.unwrap_err();
        assert!(
            matches!(
                refused,
                PauseError::Inline {
                    projection: "Picky"
                }
            ),
            "{refused:?}"
        );
        assert_eq!(status(&app, "Picky").await.state, ProjectionState::Ready);
        app.send("a", open()).await.unwrap();
        app.send("a", Deposit { cents: 5 }).await.unwrap();
        let a = app.view::<Inline<38>>("a").await.unwrap().unwrap();
        assert_eq!(a.cents, 5);
        app.shutdown().await.unwrap();
    })
    .await;
}

/// It says that it parks; but what follows would be folded without what is parked.
#[tokio::test]
async fn an_inline_projection_stops_a_start_until_it_is_mended() {
    on_each_store(async |store| {
        Inline::<23>::begin();
        let mut writer = Writer::default();
        deposit(&store, &mut writer, &[("a", 1), ("a", ERRS), ("a", 3)]).await;
        let starting = || {
            let app = App::builder()
                .store(Arc::clone(&store))
                .aggregate::<Account>();
            app.projection::<Inline<23>>().start()
        };
        for _ in 0..2 {
            match starting().await {
                Err(StartError::Inline { name, fault }) => {
                    assert_eq!((name.as_str(), fault.position), ("Picky", 2));
                }
                other => panic!("{:?}", other.map(drop)),
            }
        }
        Inline::<23>::mend(true);
        let app = starting().await.unwrap();
        assert_eq!(
            app.view::<Inline<23>>("a").await.unwrap().unwrap().seen,
            [1, 2, 3]
        );
        app.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_is_folded_on_demand_equals_what_is_stored() {
    on_each_store(async |store| {
        Picky::<24, STOPS>::begin();
        let stored = start::<24, STOPS>(&store).await;
        let live = App::builder()
            .store(Arc::clone(&store) as Arc<dyn Store>)
            .aggregate::<Account>();
        let live = live.start().await.unwrap();
        assert!(live.view::<Live<24>>("a").await.unwrap().is_none());
        live.send("a", open()).await.unwrap();
        for round in 1..40_u64 {
            match round % 9 {
                0 => live.send("a", Close {}).await.unwrap(),
                _ => live
                    .send("a", Deposit { cents: 100 * round })
                    .await
                    .unwrap(),
            };
            until("it is folded", async || is_at(&stored, round + 1).await).await;
            let seen = stored.view::<Picky<24, STOPS>>("a").await.unwrap();
            let asked = live.view::<Live<24>>("a").await.unwrap();
            assert_eq!(
                seen.map(|seen| (seen.cents, seen.seen)),
                asked.map(|seen| (seen.cents, seen.seen))
            );
        }
        live.send("a", Deposit { cents: ERRS }).await.unwrap();
        let refused = live.view::<Live<24>>("a").await.unwrap_err();
        assert!(
            matches!(refused, gesta::ViewError::Fold { position: 41, .. }),
            "{refused:?}"
        );
        Picky::<24, STOPS>::mend(true);
        let mended = live.view::<Live<24>>("a").await.unwrap().unwrap();
        assert_eq!(mended.seen.last(), Some(&41));
        stored.shutdown().await.unwrap();
    })
    .await;
}

/// Its label is `null` in JSON, and does not come back.
#[tokio::test]
async fn a_document_that_does_not_come_back_from_json_is_folded_from_its_beginning() {
    use crate::lossy::Lossy;
    let app = App::builder()
        .store("memory:")
        .aggregate::<Account>()
        .start()
        .await
        .unwrap();
    app.send("a", open()).await.unwrap();
    for n in 1..5_u32 {
        app.send("a", Deposit { cents: 1 }).await.unwrap();
        for _ in 0..2 {
            assert_eq!(app.view::<Lossy>("a").await.unwrap().unwrap().count, n);
        }
    }
}
