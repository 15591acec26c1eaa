//! The file that versions 1, 2 and 3 wrote, read by version 4.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests, not an API")]

use std::path::Path;

use evolution::print_run::{Print, PrintRun};
use evolution::subscription::{Deliver, Gift, Pause, Subscription};
use gesta::testing::{SequentialIds, VirtualClock};
use gesta::{Aggregate, App, IntoId, Uuid};
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

const FILE: &[u8] = include_bytes!("../fixture.db");

/// A copy of the file, and an app on it.
struct Copy {
    app: App,
    directory: TempDir,
}

impl Copy {
    async fn new() -> Self {
        Self::changed_by("SELECT 1").await
    }

    /// The statement runs before the app opens the file.
    async fn changed_by(sql: &'static str) -> Self {
        let directory = TempDir::new().unwrap();
        let file = directory.path().join("copy.db");
        std::fs::write(&file, FILE).unwrap();
        execute(&file, sql).await;
        let ids = SequentialIds::default();
        let store = format!("sqlite:{}", file.display());
        let app = evolution::open(&store, VirtualClock::default(), ids).await;
        Self {
            app: app.unwrap(),
            directory,
        }
    }

    /// The app once more, and a statement in between.
    async fn reopen(&mut self, sql: &'static str) {
        self.app.shutdown().await.unwrap();
        let file = self.directory.path().join("copy.db");
        execute(&file, sql).await;
        let ids = SequentialIds::default();
        let store = format!("sqlite:{}", file.display());
        let app = evolution::open(&store, VirtualClock::default(), ids).await;
        self.app = app.unwrap();
    }

    async fn state<A: Aggregate>(&self, id: impl IntoId<A::Id>) -> (A, u64) {
        let loaded = self.app.load::<A>(id).await.unwrap();
        (loaded.state, loaded.version)
    }

    /// Version, position and event.
    async fn history<A: Aggregate>(&self, id: impl IntoId<A::Id>) -> Vec<String> {
        let (mut history, mut told) = (self.app.history::<A>(id), Vec::new());
        while let Some(recorded) = history.next().await {
            let recorded = recorded.unwrap();
            let (version, position) = (recorded.version, recorded.position);
            told.push(format!("{version} {position} {:?}", recorded.event));
        }
        told
    }
}

async fn execute(file: &Path, sql: &'static str) {
    let options = SqliteConnectOptions::new().filename(file);
    let mut connection = options.connect().await.unwrap();
    sqlx::query(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

fn ada() -> Subscription {
    Subscription {
        reader: "Ada".to_owned(),
        price: 4_800,
        currency: "EUR".to_owned(),
        copies: 1,
        street: "Rue Basse 3".to_owned(),
        city: "Lille".to_owned(),
        country: "FR".to_owned(),
        days_paused: 14 + 21 + 7,
        issues: vec![1, 2, 3, 4],
        notes: vec![],
        giver: None,
    }
}

#[tokio::test]
async fn the_file_holds_what_three_versions_wrote() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("copy.db");
    std::fs::write(&file, FILE).unwrap();
    let mut connection = SqliteConnectOptions::new()
        .filename(&file)
        .connect()
        .await
        .unwrap();
    let rows: Vec<(String, i64, i64)> = sqlx::query_as(
        "SELECT name, schema, count(*) FROM gesta_events GROUP BY name, schema ORDER BY name, schema",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    let rows: Vec<_> = rows.iter().map(|(name, v, n)| (&**name, *v, *n)).collect();
    assert_eq!(
        rows,
        [
            ("AddressChanged", 1, 1),
            ("AddressChanged", 2, 1),
            ("AddressChanged", 3, 1),
            ("CopiesPrinted", 1, 3),
            ("CopiesPrinted", 2, 1),
            ("IssueDispatched", 1, 2),
            ("IssueSent", 1, 5),
            ("ReminderSent", 1, 2),
            ("SubscriptionGifted", 1, 1),
            ("SubscriptionGifted", 2, 1),
            ("SubscriptionPaused", 1, 1),
            ("SubscriptionPaused", 2, 3),
            ("SubscriptionStarted", 1, 1),
            ("SubscriptionStarted", 2, 1),
            ("SubscriptionStarted", 3, 1),
        ]
    );
}

#[tokio::test]
async fn states_are_those_of_today() {
    let copy = Copy::new().await;
    assert_eq!(copy.state("ada").await, (ada(), 13));
    let bob = Subscription {
        reader: "Bob".to_owned(),
        price: 4_000,
        currency: "EUR".to_owned(),
        copies: 1,
        days_paused: 14,
        issues: vec![2],
        giver: Some("Ada".to_owned()),
        ..Subscription::default()
    };
    assert_eq!(copy.state("bob").await, (bob, 3));
    let cyd = Subscription {
        reader: "Cyd".to_owned(),
        price: 4_200,
        currency: "GBP".to_owned(),
        copies: 2,
        ..Subscription::default()
    };
    assert_eq!(copy.state("cyd").await, (cyd, 1));
    let dan = Subscription {
        reader: "Dan".to_owned(),
        price: 4_100,
        currency: "EUR".to_owned(),
        copies: 1,
        issues: vec![3],
        ..Subscription::default()
    };
    assert_eq!(copy.state("dan").await, (dan, 2));
    let eve = Subscription {
        reader: "Eve".to_owned(),
        price: 4_950,
        currency: "GBP".to_owned(),
        copies: 1,
        issues: vec![4],
        notes: vec!["ring twice".to_owned()],
        ..Subscription::default()
    };
    assert_eq!(copy.state("eve").await, (eve, 2));
    assert_eq!(copy.state("spring").await, (PrintRun { copies: 750 }, 4));
}

#[tokio::test]
async fn histories_tell_the_events_of_today() {
    let copy = Copy::new().await;
    assert_eq!(
        copy.history::<Subscription>("ada").await,
        [
            "1 1 SubscriptionStarted { reader_name: \"Ada\", price: 4800, currency: \"EUR\", copies: 1, notes: [] }",
            "2 2 AddressChanged { street: \"Mill Lane 1\", city: \"Oldham\", country: \"UK\" }",
            "3 3 IssueDispatched { number: 1, channel: \"post\" }",
            "4 4 SubscriptionPaused { days: 14 }",
            "6 6 IssueDispatched { number: 2, channel: \"post\" }",
            "7 11 AddressChanged { street: \"High Street 2\", city: \"Leeds\", country: \"UK\" }",
            "8 12 SubscriptionPaused { days: 21 }",
            "10 14 IssueDispatched { number: 3, channel: \"post\" }",
            "11 20 AddressChanged { street: \"Rue Basse 3\", city: \"Lille\", country: \"FR\" }",
            "12 21 SubscriptionPaused { days: 7 }",
            "13 22 IssueDispatched { number: 4, channel: \"post\" }",
        ]
    );
    assert_eq!(
        copy.history::<Subscription>("bob").await,
        [
            "1 7 SubscriptionStarted { reader_name: \"Bob\", price: 4000, currency: \"EUR\", copies: 1, notes: [] }",
            "1 7 GiverNamed { giver: \"Ada\", message: \"\" }",
            "2 8 IssueDispatched { number: 2, channel: \"post\" }",
            "3 15 SubscriptionPaused { days: 14 }",
        ]
    );
    assert_eq!(
        copy.history::<Subscription>("cyd").await,
        [
            "1 16 SubscriptionStarted { reader_name: \"Cyd\", price: 4200, currency: \"GBP\", copies: 2, notes: [] }"
        ]
    );
    assert_eq!(
        copy.history::<Subscription>("dan").await,
        [
            "1 17 SubscriptionStarted { reader_name: \"Dan\", price: 4100, currency: \"EUR\", copies: 1, notes: [] }",
            "2 18 IssueDispatched { number: 3, channel: \"post\" }",
        ]
    );
    assert_eq!(
        copy.history::<Subscription>("eve").await,
        [
            "1 23 SubscriptionStarted { reader_name: \"Eve\", price: 4950, currency: \"GBP\", copies: 1, notes: [\"ring twice\"] }",
            "2 24 IssueDispatched { number: 4, channel: \"post\" }",
        ]
    );
    assert_eq!(
        copy.history::<PrintRun>("spring").await,
        [
            "1 9 CopiesPrinted { copies: 300 }",
            "2 10 CopiesPrinted { copies: 200 }",
            "3 19 CopiesPrinted { copies: 100 }",
            "4 25 CopiesPrinted { copies: 150 }",
        ]
    );
}

#[tokio::test]
async fn without_snapshots_the_states_are_the_same() {
    let copy = Copy::changed_by("DELETE FROM gesta_snapshots").await;
    assert_eq!(copy.state("ada").await, (ada(), 13));
    assert_eq!(copy.state("spring").await, (PrintRun { copies: 750 }, 4));
}

#[tokio::test]
async fn a_snapshot_of_an_older_version_is_left_aside_and_one_of_today_is_used() {
    // What each holds is not true, to tell whether it is read.
    const LIE: &str =
        "UPDATE gesta_snapshots SET state = replace(replace(state, '75', '85'), '4800', '4801')";
    let mut copy = Copy::changed_by(LIE).await;
    assert_eq!(copy.state("spring").await, (PrintRun { copies: 750 }, 4));
    assert_eq!(copy.state("ada").await, (ada(), 13));

    for id in 1..=2 {
        let print = copy.app.send("spring", Print { copies: 1 });
        print.command_id(Uuid::from_u128(id << 64)).await.unwrap();
    }
    copy.reopen(LIE).await;
    assert_eq!(copy.state("spring").await, (PrintRun { copies: 852 }, 6));
}

#[tokio::test]
async fn version_4_appends_to_what_is_there() {
    let copy = Copy::new().await;
    let app = &copy.app;
    let deliver = Deliver {
        number: 5,
        channel: "courier".to_owned(),
    };
    // Ids that no version has used.
    let send = app.send("ada", deliver);
    let done = send.command_id(Uuid::from_u128(1 << 64)).await.unwrap();
    assert_eq!((done.version, done.position), (14, 26));
    let pause = app.send("ada", Pause { days: 1 });
    pause.command_id(Uuid::from_u128(2 << 64)).await.unwrap();
    let print = app.send("spring", Print { copies: 1 });
    let done = print.command_id(Uuid::from_u128(3 << 64)).await.unwrap();
    assert_eq!((done.version, done.position), (5, 28));
    let gift = Gift {
        reader: "Fay".to_owned(),
        price: 100,
        giver: "Eve".to_owned(),
        message: String::new(),
    };
    let done = app.send("fay", gift).await.unwrap();
    assert_eq!((done.version, done.position, done.events), (2, 30, 2));

    let mut expected = ada();
    expected.issues.push(5);
    expected.days_paused += 1;
    assert_eq!(copy.state("ada").await, (expected, 15));
    assert_eq!(copy.state("spring").await, (PrintRun { copies: 751 }, 5));
    let history = copy.history::<Subscription>("ada").await;
    assert_eq!(
        history.last().unwrap(),
        "15 27 SubscriptionPaused { days: 1 }"
    );
    assert_eq!(history.len(), 13);
}
