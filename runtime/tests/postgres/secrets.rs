//! Neither what is stored nor what the address holds is logged, or shown by an error.

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gesta::StoreError;
use gesta::store::PostgresStore;
use gesta_test_postgres::database;
use sqlx::Connection;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::account::{Account, Deposit, bank_on};
use crate::sql::{connect, run, with};

const SECRET: &str = "sesame";

/// All that is traced on this thread, by whichever crate, as one text.
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
        span.record(&mut self.clone());
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// What an error says, with all its causes.
fn shown(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = format!("{error:?}");
    let mut next = Some(error);
    while let Some(error) = next {
        write!(text, "\n{error}").unwrap();
        next = error.source();
    }
    text
}

#[tokio::test]
async fn an_address_stays_a_secret() {
    let everything = Everything::default();
    let _guard = tracing::subscriber::set_default(everything.clone());
    let addresses = [
        format!("postgres://u:{SECRET}@127.0.0.1:1/d"),
        format!("postgres://u:{SECRET}@127.0.0.1:port/d"),
        format!("postgres://u:{SECRET}@/d?sslmode=never"),
        format!("postgres://u:{SECRET}@127.0.0.1:1/d?schema=1"),
        format!("postgres://u@127.0.0.1:1/d?password={SECRET}"),
        format!("postgres://u@127.0.0.1:1/d?pasword={SECRET}"),
        format!("postgres://u@127.0.0.1:1/d?port={SECRET}"),
        format!("postgres://u:a&{SECRET}@127.0.0.1:1/d?b&{SECRET}"),
    ];
    let mut text = String::new();
    for address in addresses {
        let builder = match PostgresStore::builder(&address) {
            Ok(builder) => builder.patience(Duration::from_millis(100)),
            Err(error) => {
                assert!(matches!(error, StoreError::Address { .. }), "{error:?}");
                text += &shown(&error);
                continue;
            }
        };
        text += &format!("{builder:?}");
        text += &shown(&builder.open().await.unwrap_err());
    }
    text += &everything.0.lock().unwrap();
    assert!(text.contains("pasword"), "what is left out is not told");
    assert!(!text.contains(SECRET), "a secret is shown:\n{text}");
}

#[tokio::test]
async fn what_is_stored_stays_a_secret() {
    let Some(database) = database().await else {
        return;
    };
    let url = database.url();
    let everything = Everything::default();
    let _guard = tracing::subscriber::set_default(everything.clone());
    let bank = bank_on(with(url, "application_name=ours")).await;
    let id = gesta::Uuid::now_v7();
    let sent = |cents| {
        let send = bank.send("alice", Deposit { cents }).command_id(id);
        send.actor(SECRET).correlation(SECRET).causation(SECRET)
    };
    sent(1).await.unwrap();
    sent(1).await.unwrap();
    let mut text = shown(&sent(2).await.unwrap_err());
    let mut connection = connect(url).await;
    let mut transaction = connection.begin().await.unwrap();
    let deposit = bank.send("alice", Deposit { cents: 1 }).actor(SECRET);
    deposit.within(&mut transaction).await.unwrap();
    transaction.rollback().await.unwrap();

    // The server refuses rows, and says which; and cannot read what somebody else put there.
    run(
        url,
        "ALTER TABLE gesta_events ADD CHECK (actor IS NULL) NOT VALID",
    )
    .await;
    let deposit = bank.send("alice", Deposit { cents: 1 }).actor(SECRET);
    text += &shown(&deposit.await.unwrap_err());
    let damage = format!("UPDATE gesta_events SET actor = NULL, payload = '\"{SECRET}\"'");
    run(url, &damage).await;
    // What serde says quotes the payload, and is not logged.
    let loaded = bank.load::<Account>("alice").await;
    loaded.unwrap_err();
    run(url, &format!("UPDATE gesta_events SET stream = '{SECRET}'")).await;
    text += &shown(&bank.verify().await.unwrap_err());
    text += &everything.0.lock().unwrap();
    assert!(text.contains("an append failed"), "nothing was traced");
    assert!(!text.contains(SECRET), "a secret is shown:\n{text}");
}
