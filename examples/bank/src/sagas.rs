//! The transfers as those who look after them see them: where each stands, and what went wrong.

use gesta::{App, SagaStatus, SagaSummary};

use crate::error::BankError;
use crate::money::grouped;
use crate::statement::settled;
use crate::table::{Side, table};

/// Lays out the sagas, those of one status or all.
///
/// # Errors
/// If the bank cannot be read, or its read models do not show in time what was done.
pub async fn sagas(app: &App, status: Option<SagaStatus>) -> Result<String, BankError> {
    settled(app).await?;
    let mut query = app.sagas().limit(usize::MAX);
    if let Some(status) = status {
        query = query.status(status);
    }
    let found = query.await?;
    let which = status.map_or_else(String::new, |status| format!("{status}, "));
    let heading = format!("Sagas ({which}{})\n", grouped(found.len()));
    let rows: Vec<_> = std::iter::once(columns())
        .chain(found.into_iter().map(row))
        .collect();
    match rows.len() {
        1 => Ok(heading),
        _ => Ok(heading + &table([Side::Left; 6], &rows)),
    }
}

fn columns() -> [String; 6] {
    ["saga", "id", "status", "at", "done", "error"].map(str::to_owned)
}

fn row(saga: SagaSummary) -> [String; 6] {
    [
        saga.saga,
        saga.id,
        saga.status.to_string(),
        saga.at.join(" "),
        saga.done.join(" "),
        saga.error.unwrap_or_default(),
    ]
}
