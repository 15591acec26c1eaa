//! Generations that are built beside those that answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use gesta::store::Store;
use gesta::store::views::{Control, Declaration, Stage};
use gesta::{App, Index, ProjectionState, StartError, ViewError};

use crate::account::{Account, Statement};
use crate::breaking::Breaking;
use crate::failures::deposit;
use crate::ledger::{Writer, answered, append, check, facts, folded, is_done, until};
use crate::picky::status;
use crate::stores::on_each_store;
use crate::transfer::{Transfer, Turnover};
use crate::versioned::Versioned;

const LEASE: Duration = Duration::from_millis(80);

async fn bank(store: &Arc<dyn Store>) -> App {
    let app = App::builder().store(Arc::clone(store)).lease(LEASE);
    let app = app.aggregate::<Account>().aggregate::<Transfer>();
    app.projection::<Statement>()
        .projection::<Turnover>()
        .start()
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_reader_sees_a_missing_or_half_built_document() {
    on_each_store(async |store| {
        let mut writer = Writer::default();
        writer.append(&*store, 2_000).await;
        let app = bank(&store).await;
        until("all is folded", async || is_done(&*store, 2).await).await;
        let goes_on = Arc::new(AtomicBool::new(true));
        let (writing, under) = (Arc::clone(&goes_on), Arc::clone(&store));
        let load = tokio::spawn(async move {
            while writing.load(Ordering::SeqCst) {
                writer.append(&*under, 3).await;
                tokio::task::yield_now().await;
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        });
        let mut seen = 0;
        for _ in 0..3 {
            let generation = app.projection::<Statement>().rebuild().await.unwrap();
            loop {
                let page = app.views::<Statement>().limit(1).page().await.unwrap();
                assert_eq!(page.documents.len(), 1);
                let statuses = app.projections().await.unwrap();
                let (position, documents) = answered(&*store, "Statement", 1).await.unwrap();
                // The log is read after it: all that the answer says is there.
                let log = facts(&*store).await;
                assert_eq!(documents, folded("Statement", &log, position));
                assert!(position >= seen, "{position} after {seen}");
                seen = position;
                let own = statuses.iter().filter(|each| each.name == "Statement");
                if own.map(|each| each.generation).eq([generation]) {
                    break;
                }
            }
        }
        goes_on.store(false, Ordering::SeqCst);
        load.await.unwrap();
        until("all is folded", async || is_done(&*store, 2).await).await;
        app.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn one_that_is_paused_stands_still_and_goes_on() {
    on_each_store(async |store| {
        let mut writer = Writer::default();
        writer.append(&*store, 50).await;
        let app = bank(&store).await;
        until("all is folded", async || is_done(&*store, 2).await).await;
        let statements = app.projection::<Statement>();
        assert!(statements.pause().await.unwrap());
        until("it is seen", async || {
            status(&app, "Statement").await.state == ProjectionState::Paused
        })
        .await;
        for events in [60, 70] {
            writer.append(&*store, 10).await;
            until("the other goes on", async || {
                status(&app, "Turnover").await.position == events
            })
            .await;
        }
        let paused = status(&app, "Statement").await;
        // The owner may have folded the first of them before it heard.
        assert!(paused.position <= 60, "{paused:?}");
        assert!(statements.resume().await.unwrap());
        until("it goes on", async || is_done(&*store, 2).await).await;

        let generation = statements.rebuild().await.unwrap();
        assert_eq!(statements.rebuild().await.unwrap(), generation);
        until("it takes over", async || is_done(&*store, 2).await).await;
        assert!(!statements.cancel().await.unwrap());
        assert!(app.view::<Statement>("a1").await.is_ok());
        check(&*store, "Statement", 1, &facts(&*store).await)
            .await
            .unwrap();
        app.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn one_that_is_given_up_is_deleted_and_the_old_one_answers() {
    on_each_store(async |store| {
        Writer::default().append(&*store, 500).await;
        let breaking = Breaking::never(Arc::clone(&store));
        let app = App::builder().store(breaking.clone()).lease(LEASE);
        let app = app
            .aggregate::<Account>()
            .projection::<Statement>()
            .start()
            .await
            .unwrap();
        until("all is folded", async || is_done(&*store, 1).await).await;
        breaking.hold_at("documents");
        let statements = app.projection::<Statement>();
        let rebuilding = tokio::spawn(async move {
            let generation = statements.rebuild().await.unwrap();
            (statements, generation)
        });
        until("it is being built", async || breaking.is_held()).await;
        let views = store.views().unwrap();
        let built = views.generations().await.unwrap().pop().unwrap();
        assert_eq!(built.stage, Stage::Building);
        assert!(views.control(built.id, Control::Drop).await.unwrap());
        breaking.let_go();
        assert_eq!(rebuilding.await.unwrap().1, built.id);
        until("it is gone", async || is_done(&*store, 1).await).await;
        assert_ne!(views.generations().await.unwrap()[0].id, built.id);
        check(&*store, "Statement", 1, &facts(&*store).await)
            .await
            .unwrap();
        app.shutdown().await.unwrap();
    })
    .await;
}

/// The others read the log in small pages, while this one stood still.
#[tokio::test]
async fn one_that_is_far_behind_does_not_answer() {
    on_each_store(async |store| {
        let declaration = Declaration {
            projection: "Statement".into(),
            version: 1,
            fingerprint: 0,
            indexes: "owner".into(),
        };
        let views = store.views().unwrap();
        let generation = views.declare(&declaration).await.unwrap().id;
        assert!(views.control(generation, Control::Pause).await.unwrap());
        let app = bank(&store).await;
        let mut writer = Writer::default();
        for position in 1..=30 {
            writer.append(&*store, 1).await;
            until("it follows", async || {
                status(&app, "Turnover").await.position == position
            })
            .await;
        }
        assert!(app.projection::<Turnover>().pause().await.unwrap());
        until("both stand still", async || {
            status(&app, "Turnover").await.state == ProjectionState::Paused
        })
        .await;
        writer.append(&*store, 300).await;
        assert!(app.projection::<Statement>().resume().await.unwrap());
        let log = facts(&*store).await;
        until("it answers", async || {
            let first = check(&*store, "Statement", 1, &log).await;
            assert_eq!(first.unwrap_or(330), 330);
            first.is_some()
        })
        .await;
        app.shutdown().await.unwrap();
    })
    .await;
}

async fn versioned<const V: u32, const CODE: u64, const INDEXED: bool>(
    store: impl gesta::store::IntoStore,
) -> Result<App, StartError> {
    let app = App::builder()
        .store(store)
        .lease(LEASE)
        .aggregate::<Account>();
    app.projection::<Versioned<V, CODE, INDEXED>>()
        .start()
        .await
}

#[tokio::test]
async fn two_versions_answer_side_by_side_until_the_old_app_is_gone() {
    on_each_store(async |store| {
        let mut writer = Writer::default();
        deposit(&store, &mut writer, &[("a", 1), ("a", 1)]).await;
        let watched = Breaking::never(Arc::clone(&store));
        let old = versioned::<1, 0, false>(watched.clone()).await.unwrap();
        until("the old one is ready", async || is_done(&*store, 1).await).await;
        let new = versioned::<2, 0, false>(Arc::clone(&store)).await.unwrap();
        until("both are ready", async || is_done(&*store, 2).await).await;
        let renewed = watched.calls("renew");
        until("some leases pass", async || {
            let old = old.view::<Versioned<1>>("a").await.unwrap().unwrap();
            let new = new.view::<Versioned<2>>("a").await.unwrap().unwrap();
            assert_eq!((old.count, new.count), (2, 4));
            watched.calls("renew") > renewed + 12
        })
        .await;
        append(&*store, &[writer.deposit("a", 1)]).await;
        until("both follow", async || is_done(&*store, 2).await).await;
        old.shutdown().await.unwrap();
        until("the old one is gone", async || is_done(&*store, 1).await).await;
        assert_eq!(
            new.view::<Versioned<2>>("a").await.unwrap().unwrap().count,
            6
        );
        // The old program is brought back, and what it had is built again.
        let old = versioned::<1, 0, false>(Arc::clone(&store)).await.unwrap();
        until("both are there", async || is_done(&*store, 2).await).await;
        assert_eq!(
            old.view::<Versioned<1>>("a").await.unwrap().unwrap().count,
            3
        );
        old.shutdown().await.unwrap();
        new.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn other_indexes_need_another_version() {
    on_each_store(async |store| {
        let app = versioned::<1, 0, false>(Arc::clone(&store)).await.unwrap();
        app.shutdown().await.unwrap();
        let refused = versioned::<1, 0, true>(Arc::clone(&store)).await;
        assert!(matches!(refused, Err(StartError::IndexesChanged { .. })));
        let app = versioned::<2, 0, true>(Arc::clone(&store)).await.unwrap();
        until("the new one is built", async || is_done(&*store, 1).await).await;
        app.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn other_code_of_the_same_version_is_told_until_it_is_rebuilt() {
    on_each_store(async |store| {
        let app = versioned::<1, 1, false>(Arc::clone(&store)).await.unwrap();
        until("it is built", async || is_done(&*store, 1).await).await;
        assert!(!status(&app, "Versioned").await.is_outdated);
        app.shutdown().await.unwrap();
        let app = versioned::<1, 2, false>(Arc::clone(&store)).await.unwrap();
        assert!(status(&app, "Versioned").await.is_outdated);
        app.projection::<Versioned<1, 2>>().rebuild().await.unwrap();
        until("it is rebuilt", async || is_done(&*store, 1).await).await;
        assert!(!status(&app, "Versioned").await.is_outdated);
        app.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_app_that_does_not_fold_a_projection_may_rebuild_it() {
    on_each_store(async |store| {
        Writer::default().append(&*store, 20).await;
        let app = bank(&store).await;
        until("it is built", async || is_done(&*store, 2).await).await;
        let tool = App::builder()
            .store(Arc::clone(&store))
            .aggregate::<Account>();
        let tool = tool.start().await.unwrap();
        let generation = tool.projection::<Statement>().rebuild().await.unwrap();
        until("it is rebuilt", async || {
            is_done(&*store, 2).await && status(&tool, "Statement").await.generation == generation
        })
        .await;
        app.shutdown().await.unwrap();
        // It was declared as the program has it, so the next start has nothing to complain of.
        let app = bank(&store).await;
        check(&*store, "Statement", 1, &facts(&*store).await)
            .await
            .unwrap();
        app.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_older_version_is_not_asked_by_index() {
    type Older = Versioned<1>;
    type Newer = Versioned<2, 0, true>;
    on_each_store(async |store| {
        let app = App::builder().store(Arc::clone(&store));
        let app = app.aggregate::<Account>().projection::<Older>();
        let app = app.start().await.unwrap();
        let mut writer = Writer::default();
        writer.append(&*store, 50).await;
        until("all is folded", async || is_done(&*store, 1).await).await;
        // Any document of version 1 will do, and there is one; but nobody knows what its index is.
        assert!(app.views::<Newer>().count().await.unwrap() > 0);
        let by_index = app.views::<Newer>().between(Index::<_, u32>::new(0), ..);
        let counted = by_index.count().await;
        assert!(
            matches!(counted, Err(ViewError::Building { .. })),
            "{counted:?}"
        );
        app.shutdown().await.unwrap();
    })
    .await;
}
