//! Finding sagas page by page.

use std::time::Duration;

use gesta::testing::VirtualClock;
use gesta::{App, SagaCursor, SagaQuery, SagaStatus, Timestamp};

use crate::bank::*;
use crate::order::{Fulfil, Gateway, Order, Parcel, Place};
use crate::stores::on_each_store;

const LONG: Duration = Duration::from_secs(20);

/// The ids on each page of so many.
async fn pages(query: impl Fn() -> SagaQuery, limit: usize) -> Vec<Vec<String>> {
    let (mut pages, mut next) = (Vec::new(), None::<SagaCursor>);
    loop {
        let query = query().limit(limit);
        let query = match next {
            Some(next) => query.after(next),
            None => query,
        };
        let page = query.page().await.unwrap();
        pages.push(page.sagas.into_iter().map(|saga| saga.id).collect());
        assert!(pages.len() < 10, "no last page: {pages:?}");
        next = page.next;
        if next.is_none() {
            return pages;
        }
    }
}

#[tokio::test]
async fn each_saga_is_on_one_page() {
    on_each_store(async |store| {
        let clock = VirtualClock::at(Timestamp::from_micros(0));
        let app = App::builder()
            .store(store)
            .clock(clock.clone())
            .aggregate::<Account>()
            .aggregate::<Transfer>()
            .aggregate::<Order>()
            .aggregate::<Parcel>()
            .resource(Gateway::default())
            .saga::<MoveMoney>()
            .saga::<Fulfil>();
        let app = app.start().await.unwrap();
        app.send("a", Open { cents: 100 }).await.unwrap();
        app.send("b", Open { cents: 0 }).await.unwrap();
        for (id, cents) in [("t-1", 1), ("t-2", 500), ("t-3", 2), ("t-4", 3)] {
            app.send(id, request("a", "b", cents)).await.unwrap();
            let ended = app.saga::<MoveMoney>(id).ended(LONG).await.unwrap();
            assert!(!ended.status.goes_on(), "{ended:?}");
        }
        clock.advance(Duration::from_secs(60));
        for id in ["o-1", "o-2", "o-3"] {
            app.send(id, Place { cents: 5 }).await.unwrap();
            let order = app.saga::<Fulfil>(id);
            let waits = order.until(LONG, |order| order.status == SagaStatus::Waiting);
            assert_eq!(waits.await.unwrap().status, SagaStatus::Waiting);
        }
        let position = app.position().await.unwrap();
        assert!(app.wait(position, LONG).await);

        // Of one type and then of the other, also in the middle of a page.
        let all = pages(|| app.sagas(), 3).await;
        assert_eq!(all[0], ["t-1", "t-2", "t-3"]);
        assert_eq!(all[1], ["t-4", "o-1", "o-2"]);
        assert_eq!(all[2..], [["o-3"]]);
        // What fills the last page has none behind it.
        assert_eq!(pages(|| app.sagas(), 7).await.len(), 1);
        let moved = pages(|| app.sagas().of::<MoveMoney>(), 2).await;
        assert_eq!(moved, [["t-1", "t-2"], ["t-3", "t-4"]]);
        let completed = || app.sagas().status(SagaStatus::Completed);
        assert_eq!(pages(completed, 1).await, [["t-1"], ["t-3"], ["t-4"]]);
        assert_eq!(
            pages(|| app.sagas().status(SagaStatus::Waiting), 2).await[1],
            ["o-3"]
        );
        let old = || app.sagas().older_than(Duration::from_secs(60));
        assert_eq!(pages(old, 2).await, [["t-1", "t-2"], ["t-3", "t-4"]]);
        let stuck = || app.sagas().status(SagaStatus::Stuck);
        assert_eq!(pages(stuck, 2).await, [Vec::<String>::new()]);
        assert_eq!(pages(|| app.sagas(), 0).await, [Vec::<String>::new()]);
        app.shutdown().await.unwrap();
    })
    .await;
}
