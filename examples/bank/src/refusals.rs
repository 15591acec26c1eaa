//! What the bank has refused, kept as events of its own.
//!
//! A refused command leaves no trace in the account's history. Without a trace it would be decided again on the next
//! run, and be taken if the account has become richer; so the refusal is recorded, and a line once refused stays so.

use std::collections::BTreeMap;

use gesta::LoadError;
use gesta::prelude::*;

/// The id of the one aggregate that holds them.
pub const REFUSALS: &str = "journal";

/// Reads what was refused.
///
/// # Errors
/// If the bank cannot be read.
pub async fn refusals(app: &App) -> Result<Refusals, LoadError> {
    match app.load::<Refusals>(REFUSALS).await {
        Ok(refusals) => Ok(refusals.state),
        // Nothing was refused yet.
        Err(LoadError::NotFound { .. }) => Ok(Refusals::default()),
        Err(error) => Err(error),
    }
}

/// A line of the journal was refused.
#[event]
pub struct OperationRefused {
    pub line: String,
    pub reason: String,
}

/// The refused lines of a journal, with the reasons.
#[aggregate]
#[derive(Debug, Default)]
pub struct Refusals {
    pub reasons: BTreeMap<String, String>,
}

#[aggregate]
impl Refusals {
    #[command(upsert)]
    pub fn refuse(&self, line: String, reason: String) -> OperationRefused {
        OperationRefused { line, reason }
    }

    #[apply]
    fn refused(&mut self, event: &OperationRefused) {
        self.reasons
            .insert(event.line.clone(), event.reason.clone());
    }
}
