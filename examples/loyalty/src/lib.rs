//! A loyalty scheme: points raise levels, and three partners are told of each level that rose.

#![allow(missing_docs, reason = "an application, not an API")]

pub mod answer;
pub mod args;
pub mod audit;
pub mod case;
pub mod day;
pub mod demo;
pub mod error;
pub mod help;
pub mod level;
pub mod member;
pub mod nightly;
pub mod once;
pub mod partner;
pub mod sagas;
pub mod skipped;
pub mod standing;
pub mod upgrade;

use gesta::testing::VirtualClock;
use gesta::{App, StartError};

use case::Case;
use member::Member;
use partner::logistics::Logistics;
use partner::payment::Payment;
use partner::support::Support;
use skipped::Skipped;
use standing::Standing;
use upgrade::Upgrade;

/// Opens the scheme. A clock is given where somebody wants to try out what a deadline does.
///
/// # Errors
/// If the store does not open.
pub async fn open(store: &str, clock: Option<VirtualClock>) -> Result<App, StartError> {
    let app = App::builder()
        .store(store)
        .aggregate::<Member>()
        .aggregate::<Payment>()
        .aggregate::<Logistics>()
        .aggregate::<Support>()
        .aggregate::<Case>()
        .projection::<Standing>()
        .projection::<Skipped>()
        .saga::<Upgrade>();
    match clock {
        Some(clock) => app.clock(clock).start().await,
        None => app.start().await,
    }
}
