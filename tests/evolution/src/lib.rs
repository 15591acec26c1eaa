//! A publisher of a magazine, in version 4, which reads what the three before it wrote.

#![allow(missing_docs, reason = "an application, not an API")]

pub mod print_run;
pub mod subscription;

use gesta::testing::{SequentialIds, VirtualClock};
use gesta::{App, StartError};
use print_run::PrintRun;
use subscription::Subscription;

/// Opens the publisher's log.
///
/// # Errors
/// If the store does not open.
pub async fn open(store: &str, clock: VirtualClock, ids: SequentialIds) -> Result<App, StartError> {
    App::builder()
        .store(store)
        .aggregate::<Subscription>()
        .aggregate::<PrintRun>()
        .clock(clock)
        .ids(ids)
        .start()
        .await
}
