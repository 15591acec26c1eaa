//! Events that are parked, and what is asked for them.

use std::ops::ControlFlow;

use sqlx::postgres::PgRow;

use crate::store::StoreError;
use crate::store::sql::numbers::{clamped, int, unsigned};
use crate::store::views::{ParkedEvent, Request};

use super::super::row::{count, get};
use super::Views;

pub(super) const LIST: &str = "SELECT key, position, error, attempts, request FROM gesta.parked
    WHERE generation = $1 AND (key, position) > ($2, $3) ORDER BY key, position LIMIT $4";

/// Of the first of a key, which is the only one that can be left out.
pub(super) const REQUEST: &str = "UPDATE gesta.parked SET request = $3
    WHERE generation = $1 AND key = $2 AND $3 IN (-1, position) AND position = (SELECT position FROM gesta.parked
        WHERE generation = $1 AND key = $2 ORDER BY position LIMIT 1)
    RETURNING true";

/// What stands for [`Request::Retry`]; a position stands for the other.
const RETRY: i64 = -1;

pub(super) fn number(request: Request) -> Result<i64, StoreError> {
    match request {
        Request::Retry => Ok(RETRY),
        Request::Skip(position) => int(position),
    }
}

fn request(number: i64) -> Result<Request, StoreError> {
    match number {
        RETRY => Ok(Request::Retry),
        position => unsigned(position).map(Request::Skip),
    }
}

fn event(row: &PgRow) -> Result<ParkedEvent, StoreError> {
    Ok(ParkedEvent {
        key: get(row, 0)?,
        position: count(row, 1)?,
        error: get(row, 2)?,
        attempts: unsigned(get::<i64>(row, 3)?)?,
        request: get::<Option<i64>>(row, 4)?.map(request).transpose()?,
    })
}

impl Views {
    pub(super) async fn list_parked(
        &self,
        generation: u64,
        after: Option<(&str, u64)>,
        limit: u32,
    ) -> Result<Vec<ParkedEvent>, StoreError> {
        let generation = int(generation)?;
        // No position is below 1.
        let (key, position) = after.unwrap_or_default();
        let query = || {
            sqlx::query(self.texts.parked.clone())
                .bind(generation)
                .bind(key)
                .bind(clamped(position))
                .bind(i64::from(limit))
        };
        let read = |events: &mut Vec<_>, row: &PgRow| {
            events.push(event(row)?);
            Ok(ControlFlow::Continue(()))
        };
        self.reader.fold(query, Vec::new, read).await
    }

    pub(super) async fn ask_for(
        &self,
        generation: u64,
        key: &str,
        request: Request,
    ) -> Result<bool, StoreError> {
        let ask = sqlx::query(self.texts.request.clone())
            .bind(int(generation)?)
            .bind(key)
            .bind(number(request)?);
        let asked = self.change(ask, |_| Ok(())).await?;
        Ok(asked.is_some())
    }
}
