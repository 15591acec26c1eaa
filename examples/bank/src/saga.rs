//! One transfer as those who look after it see it, and what they can do about it.

use std::time::Duration;

use gesta::{App, SagaError, SagaHandle, SagaMoment, SagaStatus, SagaSummary};

use crate::error::BankError;
use crate::move_money::MoveMoney;
use crate::table::{Side, table};

/// How long is waited for what comes of an order.
const PATIENCE: Duration = Duration::from_secs(30);

/// What somebody asks of a transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// Try again what it is stuck at.
    Retry,
    /// Go on as if this step were done.
    Skip { step: String },
    /// Put the money back.
    Compensate,
}

/// Lays out where the saga of a transfer stands, and how it came there: once it has done what somebody asks of it.
///
/// # Errors
/// If there is no such transfer, it does not do what is asked, or cannot be read.
pub async fn saga(
    app: &App,
    id: &str,
    order: Option<&Order>,
    by: Option<&str>,
) -> Result<String, BankError> {
    let saga = app.saga::<MoveMoney>(id);
    let saga = match by {
        Some(by) => saga.by(by),
        None => saga,
    };
    let summary = match order {
        Some(order) => obey(&saga, order).await,
        None => saga.status().await,
    };
    let summary = summary.map_err(|error| not_done(id, error))?;
    Ok(stands(&summary) + "\n" + &came(saga.history().await?))
}

/// Waits for what comes of it, too: the program that drives the saga may be this one.
async fn obey(saga: &SagaHandle<MoveMoney>, order: &Order) -> Result<SagaSummary, SagaError> {
    match order {
        Order::Retry => saga.retry().await?,
        Order::Skip { step } => saga.skip(step).await?,
        Order::Compensate => saga.compensate().await?,
    };
    saga.ended(PATIENCE).await
}

fn not_done(id: &str, error: SagaError) -> BankError {
    let id = id.to_owned();
    match error {
        SagaError::NotFound { .. } => BankError::NoTransfer { id },
        SagaError::NotStuck { .. }
        | SagaError::NotThere { .. }
        | SagaError::InFlight { .. }
        | SagaError::PastPivot { .. }
        | SagaError::Ended { .. } => BankError::NotHelped { id, source: error },
        error => error.into(),
    }
}

fn stands(saga: &SagaSummary) -> String {
    let mut text = format!("{} {}: {}\n", saga.saga, saga.id, saga.status);
    let due = saga.due.map(|due| due.to_string());
    for (what, value) in [
        ("done", saga.done.join(", ")),
        ("at", saga.at.join(", ")),
        ("due", due.unwrap_or_default()),
        ("error", saga.error.clone().unwrap_or_default()),
    ] {
        if !value.is_empty() {
            text.push_str(&format!("  {what}: {value}\n"));
        }
    }
    if saga.status == SagaStatus::Stuck {
        let id = &saga.id;
        text.push_str(&format!(
            "  to help it on: bank saga {id} retry, skip STEP or compensate\n"
        ));
    }
    text
}

fn came(history: Vec<SagaMoment>) -> String {
    let heading = ["version", "position", "time", "by", "what"].map(str::to_owned);
    let moments = history.into_iter().map(|moment| {
        [
            moment.version.to_string(),
            moment.position.to_string(),
            format!("{:.6}", moment.time),
            moment.actor.unwrap_or_default(),
            moment.what,
        ]
    });
    use Side::{Left, Right};
    let rows: Vec<_> = std::iter::once(heading).chain(moments).collect();
    table([Right, Right, Left, Left, Left], &rows)
}
