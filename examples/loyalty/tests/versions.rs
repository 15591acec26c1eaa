//! Points of all three versions, read by the scheme of today.
//!
//! `versions.jsonl` is a log as `App::export` gives it, with an event of each version of `PointsEarned`.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests, not an API")]

use gesta::{App, Timestamp};
use loyalty::audit::audit;
use loyalty::member::{Member, MemberEvent};
use loyalty::nightly::nightly;
use tempfile::TempDir;

const LOG: &str = include_str!("versions.jsonl");

async fn imported() -> (App, TempDir) {
    let directory = TempDir::new().unwrap();
    let store = format!("sqlite:{}", directory.path().join("loyalty.db").display());
    let mut import = App::import(store.as_str()).await.unwrap();
    for line in LOG.lines() {
        import.line(line).await.unwrap();
    }
    import.finish().await.unwrap();
    (loyalty::open(&store, None).await.unwrap(), directory)
}

#[tokio::test]
async fn points_of_each_version_are_todays() {
    let (app, _directory) = imported().await;
    let (mut events, mut found) = (app.history::<Member>("M-100"), Vec::new());
    while let Some(recorded) = events.next().await {
        if let MemberEvent::PointsEarned(earned) = recorded.unwrap().event {
            found.push((earned.points, earned.reason, earned.at));
        }
    }
    let time = |text: &str| text.parse().unwrap();
    assert_eq!(
        found,
        [
            (400, "opening gift".to_owned(), Timestamp::from_micros(0)),
            (350, "order 7".to_owned(), time("2025-01-01T12:00:00Z")),
            (
                5_000_000_000,
                "order 8".to_owned(),
                time("2026-01-01T12:00:00Z")
            ),
        ]
    );
    assert!(app.verify().await.unwrap().is_ok());
}

#[tokio::test]
async fn points_of_each_version_count_for_a_night() {
    let (app, _directory) = imported().await;
    // 750 points of versions 1 and 2.
    let night = nightly(&app, "2026-01-01".parse().unwrap()).await.unwrap();
    assert_eq!(night.risen, []);
    let night = nightly(&app, "2026-01-02".parse().unwrap()).await.unwrap();
    assert_eq!(night.risen.len(), 1);
    let audit = audit(&app, "M-100").await.unwrap();
    assert!(audit.contains("points: 5000000750, cut_off"), "{audit}");
    assert!(audit.contains("reason: \"opening gift\""), "{audit}");
    app.shutdown().await.unwrap();
}
