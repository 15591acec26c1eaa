//! Sagas under way while another version of the program is deployed.

use std::time::{Duration, Instant};

use gesta::{App, SagaError, SagaStatus};

use crate::bank::reaches;
use crate::driven::shop_of;
use crate::order::{Fulfil, Gateway, Place, SendParcel};
use crate::stores::on_each_store;

const LONG: Duration = Duration::from_secs(20);

/// What stands in the way of the sagas that an app holds, once something does.
async fn fault(shop: &App) -> String {
    let since = Instant::now();
    while since.elapsed() < LONG {
        let all = shop.projections().await.unwrap();
        let mut sagas = all.iter().filter(|each| each.name == "Fulfil.triggers");
        if let Some(fault) = sagas.find_map(|sagas| sagas.fault.clone()) {
            return fault.error;
        }
        tokio::task::yield_now().await;
    }
    panic!("nothing stands in the way");
}

#[tokio::test]
async fn a_newer_program_goes_on_with_what_an_older_one_began() {
    on_each_store(async |store| {
        let gateway = Gateway::default();
        let older = shop_of::<1>(&store, &gateway).start().await.unwrap();
        older.send("o", Place { cents: 5 }).await.unwrap();
        reaches::<Fulfil<1>>(&older, "o", SagaStatus::Waiting).await;
        older.shutdown().await.unwrap();
        let newer = shop_of::<2>(&store, &gateway).start().await.unwrap();
        let order = "o".to_owned();
        newer.send("p", SendParcel { order }).await.unwrap();
        let ended = newer.saga::<Fulfil<2>>("o").ended(LONG).await.unwrap();
        assert_eq!((ended.status, ended.version), (SagaStatus::Completed, 1));
        newer.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_older_program_leaves_to_a_newer_one_what_that_began() {
    on_each_store(async |store| {
        let gateway = Gateway::default();
        let newer = shop_of::<2>(&store, &gateway).start().await.unwrap();
        newer.send("o", Place { cents: 5 }).await.unwrap();
        reaches::<Fulfil<2>>(&newer, "o", SagaStatus::Waiting).await;
        newer.shutdown().await.unwrap();

        let older = shop_of::<1>(&store, &gateway).start().await.unwrap();
        let refused = older.saga::<Fulfil<1>>("o").status().await.unwrap_err();
        let is_newer = matches!(
            refused,
            SagaError::Newer {
                version: 2,
                known: 1,
                ..
            }
        );
        assert!(is_newer, "{refused}");
        let order = "o".to_owned();
        older.send("p", SendParcel { order }).await.unwrap();
        let fault = fault(&older).await;
        assert!(fault.contains("version 2"), "{fault}");
        let none = older.saga::<Fulfil<1>>("x").ended(Duration::ZERO).await;
        let none = none.unwrap_err();
        assert!(matches!(none, SagaError::StandStill { .. }), "{none}");

        let newer = shop_of::<2>(&store, &gateway).start().await.unwrap();
        let ended = newer.saga::<Fulfil<2>>("o").ended(LONG).await.unwrap();
        assert_eq!((ended.status, ended.version), (SagaStatus::Completed, 2));
        for app in [older, newer] {
            app.shutdown().await.unwrap();
        }
    })
    .await;
}
