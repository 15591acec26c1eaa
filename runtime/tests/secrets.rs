//! Payloads and connection strings never reach a log, at any level, whatever goes wrong.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says by a panic that it failed"
)]

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use gesta::prelude::*;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

const SECRET: &str = "sesame";

/// All that is traced, by whichever crate, as one text.
#[derive(Clone, Default)]
struct Everything(Arc<Mutex<String>>);

impl Visit for Everything {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        writeln!(self.0.lock().unwrap(), "  {field}={value:?}").unwrap();
    }
}

impl Subscriber for Everything {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        writeln!(self.0.lock().unwrap(), "span {}", span.metadata().name()).unwrap();
        span.record(&mut self.clone());
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }

    fn event(&self, event: &Event<'_>) {
        writeln!(
            self.0.lock().unwrap(),
            "event {}",
            event.metadata().target()
        )
        .unwrap();
        event.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[event]
pub struct Noted {
    pub text: String,
}

#[derive(Debug, thiserror::Error)]
#[error("not `{0}`")]
pub struct Refused(String);

#[aggregate(error = Refused, snapshot(every = 1))]
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Notes {
    last: String,
}

#[aggregate]
impl Notes {
    #[command(upsert)]
    pub fn note(&self, text: String) -> Noted {
        Noted { text }
    }

    #[command(upsert)]
    pub fn refuse(&self, text: String) -> Result<Noted, Refused> {
        Err(Refused(text))
    }

    #[command(upsert)]
    pub fn blow_up(&self, text: String) -> Noted {
        std::panic::resume_unwind(Box::new(text))
    }

    #[apply]
    fn noted(&mut self, event: &Noted) {
        self.last.clone_from(&event.text);
    }
}

/// Makes a stored payload one that does not decode, and that says so by quoting itself.
async fn damage(path: &std::path::Path) {
    use sqlx::{AssertSqlSafe, ConnectOptions};
    let mut file = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(path)
        .disable_statement_logging()
        .connect()
        .await
        .unwrap();
    let sql =
        format!("UPDATE gesta_events SET payload = '\"{SECRET}\"'; DELETE FROM gesta_snapshots;");
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(&mut file)
        .await
        .unwrap();
}

#[tokio::test]
async fn nothing_that_a_user_stores_is_logged() {
    let everything = Everything::default();
    tracing::subscriber::set_global_default(everything.clone()).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(format!("{SECRET}.db"));
    let address = format!("sqlite:{}", path.display());
    let start = || {
        App::builder()
            .store(address.as_str())
            .aggregate::<Notes>()
            .start()
    };
    let secret = || SECRET.to_owned();
    let app = start().await.unwrap();
    let id = uuid::Uuid::now_v7();
    for _ in 0..2 {
        let send = app.send("one", Note { text: secret() }).command_id(id);
        send.correlation(SECRET)
            .causation(SECRET)
            .actor(SECRET)
            .await
            .unwrap();
    }
    app.send("one", Refuse { text: secret() })
        .await
        .unwrap_err();
    app.send("one", BlowUp { text: secret() })
        .await
        .unwrap_err();
    app.load::<Notes>("one").await.unwrap();
    app.shutdown().await.unwrap();
    app.send("two", Note { text: secret() }).await.unwrap_err();
    damage(&path).await;
    let app = start().await.unwrap();
    app.send("one", Note { text: secret() }).await.unwrap_err();
    app.load::<Notes>("one").await.unwrap_err();
    drop(
        App::builder()
            .store(format!("nonsense:{SECRET}@host"))
            .start()
            .await,
    );
    drop(
        App::builder()
            .store(format!("sqlite:/{SECRET}/{SECRET}/x.db"))
            .start()
            .await,
    );

    let text = everything.0.lock().unwrap().clone();
    assert!(
        text.contains("span gesta.send") && text.contains("span gesta.batch"),
        "nothing was traced:\n{text}"
    );
    assert!(
        text.contains("stream=Notes/one") && text.contains("duplicate=true"),
        "fields are missing:\n{text}"
    );
    assert!(!text.contains(SECRET), "a secret was traced:\n{text}");
}
