//! The same rows by raw SQL: one connection, one statement, a row for each event.

use std::time::Instant;

use serde_json::from_str;
use sqlx::{Connection, PgConnection, Row};

use crate::account::Deposited;
use crate::rate;

const SQL: &str = "SELECT stream, version, name, payload::text FROM gesta_events
    WHERE stream = ANY($1) ORDER BY stream, version";

pub struct Raw {
    connection: PgConnection,
    streams: Vec<String>,
}

impl Raw {
    pub async fn connect(url: &str, ids: &[String]) -> Self {
        Self {
            connection: PgConnection::connect(url).await.unwrap(),
            streams: ids.iter().map(|id| format!("Account/{id}")).collect(),
        }
    }

    /// Reads all streams, and folds each.
    pub async fn read(&mut self, events: usize) -> f64 {
        let start = Instant::now();
        let rows = sqlx::query(SQL)
            .bind(&self.streams)
            .fetch_all(&mut self.connection)
            .await
            .unwrap();
        let mut balance = 0;
        for row in &rows {
            assert_eq!(row.get::<&str, _>(2), "Deposited");
            balance += from_str::<Deposited>(row.get(3)).unwrap().cents;
        }
        assert_eq!(balance, rows.len() as u64);
        rate(self.streams.len() * events, start)
    }
}
