//! Waiting for sagas.

use std::time::Duration;

use gesta::{SagaError, SagaStatus};

use crate::bank::*;
use crate::driven::{bank, shop};
use crate::order::{Fulfil, Gateway, Place};
use crate::stores::on_each_store;

const LONG: Duration = Duration::from_secs(20);

#[tokio::test]
async fn the_end_is_awaited_before_the_saga_is_there() {
    on_each_store(async |store| {
        let bank = bank(&store).start().await.unwrap();
        let (one, other) = (bank.saga::<MoveMoney>("t"), bank.saga::<MoveMoney>("t"));
        let asking = async {
            bank.send("a", Open { cents: 100 }).await.unwrap();
            bank.send("b", Open { cents: 0 }).await.unwrap();
            bank.send("t", request("a", "b", 70)).await.unwrap();
        };
        let (ended, too, ()) = tokio::join!(one.ended(LONG), other.ended(LONG), asking);
        for ended in [ended, too] {
            assert_eq!(ended.unwrap().status, SagaStatus::Completed);
        }
        bank.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_end_is_awaited_where_another_app_drives_it() {
    on_each_store(async |store| {
        let driver = bank(&store).start().await.unwrap();
        driver.send("a", Open { cents: 100 }).await.unwrap();
        driver.send("b", Open { cents: 0 }).await.unwrap();
        driver.send("t-1", request("a", "b", 1)).await.unwrap();
        let first = driver.saga::<MoveMoney>("t-1").ended(LONG).await.unwrap();
        assert_eq!(first.status, SagaStatus::Completed);
        let other = bank(&store).start().await.unwrap();
        other.send("t-2", request("a", "nobody", 70)).await.unwrap();
        let ended = other.saga::<MoveMoney>("t-2").ended(LONG).await.unwrap();
        assert_eq!(ended.status, SagaStatus::Compensated);
        for app in [driver, other] {
            app.shutdown().await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn who_waits_is_told_where_it_stands_when_his_time_is_over() {
    on_each_store(async |store| {
        let shop = shop(&store, &Gateway::default()).start().await.unwrap();
        let short = Duration::from_millis(30);
        let missing = shop.saga::<Fulfil>("o").ended(short).await.unwrap_err();
        assert!(matches!(missing, SagaError::NotFound { .. }), "{missing}");
        shop.send("o", Place { cents: 5 }).await.unwrap();
        let order = shop.saga::<Fulfil>("o");
        let waits = order.until(LONG, |order| order.status == SagaStatus::Waiting);
        assert_eq!(waits.await.unwrap().done, ["charge"]);
        let still = order.ended(short).await.unwrap();
        assert_eq!(still.status, SagaStatus::Waiting);
        shop.shutdown().await.unwrap();
    })
    .await;
}
