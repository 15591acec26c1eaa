//! Why a generation stands still.

use std::borrow::Cow;

use sqlx::postgres::PgRow;

use crate::store::StoreError;
use crate::store::sql::numbers::int;
use crate::store::views::Fault;

use super::super::row::{get, optional_count};
use super::Views;

pub(super) const SQL: &str = "UPDATE gesta.projections SET fault_position = $3, fault = $4
    WHERE generation = $1 AND token = $2 AND stage < 2 RETURNING true";

/// Reads the last of a generation's columns.
pub(super) fn read(row: &PgRow) -> Result<Option<Fault>, StoreError> {
    let fault = optional_count(row, 10)?.zip(get::<Option<String>>(row, 11)?);
    Ok(fault.map(|(position, error)| Fault { position, error }))
}

/// What some code said, as PostgreSQL can keep it: a text has no NUL.
pub(super) fn storable(error: &str) -> Cow<'_, str> {
    if error.contains('\0') {
        Cow::Owned(error.replace('\0', "\u{fffd}"))
    } else {
        Cow::Borrowed(error)
    }
}

impl Views {
    pub(super) async fn record_fault(
        &self,
        id: u64,
        token: u64,
        fault: Option<&Fault>,
    ) -> Result<bool, StoreError> {
        let record = sqlx::query(self.texts.fault.clone())
            .bind(int(id)?)
            .bind(int(token)?)
            .bind(fault.map(|fault| int(fault.position)).transpose()?)
            .bind(fault.map(|fault| storable(&fault.error)));
        let recorded = self.change(record, |_| Ok(())).await?;
        Ok(recorded.is_some())
    }
}
