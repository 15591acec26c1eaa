//! Projections that stand still at an event, and who may go on with them.

use std::sync::Arc;
use std::time::Duration;

use gesta::store::Store;
use gesta::{App, ProjectionState};

use crate::account::Account;
use crate::breaking::Breaking;
use crate::failures::{deposit, is_at, is_stopped, start};
use crate::ledger::{Writer, until};
use crate::picky::*;
use crate::stores::on_each_store;

type Stops<const N: usize> = Picky<N, STOPS>;

const HOUR: Duration = Duration::from_secs(3_600);

/// Nobody waits for the end of its leases.
async fn long<const N: usize, const HOW: u8>(store: &Arc<dyn Store>) -> App {
    let app = App::builder().store(Arc::clone(store)).lease(HOUR);
    let app = app.aggregate::<Account>().projection::<Picky<N, HOW>>();
    app.start().await.unwrap()
}

#[tokio::test]
async fn a_program_that_takes_the_event_goes_on_where_another_stopped() {
    on_each_store(async |store| {
        Stops::<30>::begin();
        Stops::<31>::begin();
        let mut writer = Writer::default();
        deposit(&store, &mut writer, &[("a", 1), ("a", ERRS), ("a", 3)]).await;
        let first = long::<30, STOPS>(&store).await;
        until("it stops", async || is_stopped(&first, 2).await).await;
        until("it is let go", async || {
            !status(&first, "Picky").await.is_owned
        })
        .await;

        Stops::<31>::mend(true);
        let second = long::<31, STOPS>(&store).await;
        until("it goes on", async || is_at(&second, 3).await).await;
        let status = status(&second, "Picky").await;
        assert!(status.is_owned && status.fault.is_none(), "{status:?}");
        let a = first.view::<Stops<30>>("a").await.unwrap().unwrap();
        assert_eq!(a.seen, [1, 2, 3]);
        assert_eq!((Stops::<30>::tries(), Stops::<31>::tries()), (4, 0));
        first.shutdown().await.unwrap();
        second.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn one_that_stands_by_goes_on_too() {
    on_each_store(async |store| {
        Stops::<32>::begin();
        Stops::<33>::begin();
        Stops::<33>::mend(true);
        let mut writer = Writer::default();
        deposit(&store, &mut writer, &[("a", 1)]).await;
        let app = App::builder().store(Arc::clone(&store));
        let app = app.lease(Duration::from_secs(1)).aggregate::<Account>();
        let first = app.projection::<Stops<32>>().start().await.unwrap();
        until("it has it", async || is_at(&first, 1).await).await;
        let app = App::builder().store(Arc::clone(&store));
        let app = app.lease(Duration::from_secs(1)).aggregate::<Account>();
        let second = app.projection::<Stops<33>>().start().await.unwrap();
        deposit(&store, &mut writer, &[("a", ERRS), ("a", 3)]).await;
        until("the other goes on", async || is_at(&second, 3).await).await;
        first.shutdown().await.unwrap();
        second.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn it_is_seen_as_stopped_while_another_tries() {
    on_each_store(async |store| {
        Stops::<34>::begin();
        Stops::<35>::begin();
        let mut writer = Writer::default();
        deposit(&store, &mut writer, &[("a", 1), ("a", ERRS)]).await;
        let first = long::<34, STOPS>(&store).await;
        until("it stops", async || is_stopped(&first, 2).await).await;
        let second = long::<35, STOPS>(&store).await;
        until("it is tried", async || {
            let status = status(&second, "Picky").await;
            assert_eq!(status.state, ProjectionState::Stopped);
            assert_eq!(status.fault.unwrap().error, "thirteen");
            Stops::<35>::tries() == 4
        })
        .await;
        until("it is let go", async || {
            !status(&first, "Picky").await.is_owned
        })
        .await;

        // Neither tries again before somebody says so.
        assert_eq!((Stops::<34>::tries(), Stops::<35>::tries()), (4, 4));
        Stops::<34>::mend(true);
        Stops::<35>::mend(true);
        assert!(first.projection::<Stops<34>>().resume().await.unwrap());
        until("it goes on", async || is_at(&first, 2).await).await;
        first.shutdown().await.unwrap();
        second.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_older_version_that_stopped_is_not_built_again_once_a_newer_answers() {
    on_each_store(async |store| {
        Stops::<36>::begin();
        Picky::<37, STOPS_IN_VERSION_2>::begin();
        let mut writer = Writer::default();
        deposit(&store, &mut writer, &[("a", 1), ("a", ERRS)]).await;
        let seen = Breaking::never(Arc::clone(&store));
        let first = start::<36, STOPS>(&(Arc::new(seen.clone()) as Arc<dyn Store>)).await;
        until("it stops", async || is_stopped(&first, 2).await).await;
        Picky::<37, STOPS_IN_VERSION_2>::mend(true);
        let second = start::<37, STOPS_IN_VERSION_2>(&store).await;
        let versions = async || {
            let all = second.projections().await.unwrap().into_iter();
            all.map(|each| each.version).collect::<Vec<_>>()
        };
        until("the older one is deleted", async || versions().await == [2]).await;

        // The older program looks, and leaves it at that.
        let looks = seen.calls("generations");
        until("it has looked", async || {
            let _ = first.projection::<Stops<36>>().resume().await;
            seen.calls("generations") > looks + 20
        })
        .await;
        assert_eq!(versions().await, [2]);
        assert_eq!(Stops::<36>::tries(), 4);
        first.shutdown().await.unwrap();
        second.shutdown().await.unwrap();
    })
    .await;
}
