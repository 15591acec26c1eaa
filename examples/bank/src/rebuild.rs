//! Folding all statements anew, while the bank goes on.

use std::time::{Duration, Instant};

use gesta::{App, ProjectionState};

use crate::error::BankError;
use crate::money::grouped;
use crate::statement::Statement;

/// How often is looked how far it is.
const LOOK: Duration = Duration::from_millis(20);

/// How far a rebuild is: so many of so many events.
pub struct Progress {
    pub done: u64,
    pub all: u64,
    /// How long it will take still, once that is known.
    pub remaining: Option<Duration>,
}

/// Rebuilds the statements, and calls `progress` now and then. Those before answer until the new ones are complete.
///
/// # Errors
/// If the bank cannot be read, or an event of it cannot be folded.
pub async fn rebuild(app: &App, progress: impl Fn(Progress)) -> Result<String, BankError> {
    let start = Instant::now();
    let generation = app.projection::<Statement>().rebuild().await?;
    let events = loop {
        let statuses = app.projections().await?;
        let mut new = statuses.into_iter();
        let Some(new) = new.find(|each| each.generation == generation) else {
            return Err(BankError::NotRebuilt);
        };
        progress(Progress {
            done: new.position,
            all: new.position + new.behind,
            remaining: new.remaining,
        });
        match new.state {
            ProjectionState::Ready => break new.position,
            ProjectionState::Building => tokio::time::sleep(LOOK).await,
            _ => return Err(BankError::NotRebuilt),
        }
    };
    let accounts = app.views::<Statement>().count().await?;
    Ok(format!(
        "{} statements rebuilt from {} events in {:.2} s.\n",
        grouped(usize::try_from(accounts).unwrap_or(usize::MAX)),
        grouped(usize::try_from(events).unwrap_or(usize::MAX)),
        start.elapsed().as_secs_f64()
    ))
}
