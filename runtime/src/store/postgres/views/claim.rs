//! Who may fold a generation, and until when. Time is the server's.
//!
//! Each of these locks the row of the generation, as a batch does first of all: a batch that comes after a claim finds the
//! token raised, however long it was under way, and a claim that comes during a batch waits for its end. So what a claim
//! tells of the position is final.

use std::time::Duration;

use uuid::Uuid;

use crate::store::StoreError;
use crate::store::sql::numbers::int;
use crate::store::views::Generation;

use super::Views;
use super::generation::{COLUMNS, generation};

/// A hundred years; the server's time ends somewhere.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

pub(super) fn claim() -> String {
    format!(
        "UPDATE gesta.projections
        SET token = token + 1, owner = $2, leased = clock_timestamp() + $3::bigint * interval '1 microsecond'
        WHERE generation = $1 AND stage < 2 AND (owner IS NULL OR owner = $2 OR leased <= clock_timestamp())
        RETURNING {COLUMNS}"
    )
}

pub(super) fn renew() -> String {
    format!(
        "UPDATE gesta.projections SET leased = clock_timestamp() + $3::bigint * interval '1 microsecond'
        WHERE generation = $1 AND token = $2 AND stage < 2 AND owner IS NOT NULL
        RETURNING {COLUMNS}"
    )
}

pub(super) const RELEASE: &str =
    "UPDATE gesta.projections SET owner = NULL WHERE generation = $1 AND token = $2";

fn micros(lease: Duration) -> i64 {
    i64::try_from(lease.min(LONGEST).as_micros()).unwrap_or(i64::MAX)
}

impl Views {
    pub(super) async fn take_claim(
        &self,
        id: u64,
        owner: Uuid,
        lease: Duration,
    ) -> Result<Option<Generation>, StoreError> {
        let claim = sqlx::query(self.texts.claim.clone())
            .bind(int(id)?)
            .bind(owner)
            .bind(micros(lease));
        self.change(claim, generation).await
    }

    pub(super) async fn extend_claim(
        &self,
        id: u64,
        token: u64,
        lease: Duration,
    ) -> Result<Option<Generation>, StoreError> {
        let renew = sqlx::query(self.texts.renew.clone())
            .bind(int(id)?)
            .bind(int(token)?)
            .bind(micros(lease));
        self.change(renew, generation).await
    }

    pub(super) async fn end_claim(&self, id: u64, token: u64) -> Result<(), StoreError> {
        let release = sqlx::query(self.texts.release.clone())
            .bind(int(id)?)
            .bind(int(token)?);
        self.change(release, |_| Ok(())).await.map(|_| ())
    }
}
