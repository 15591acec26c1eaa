//! What every store must do, as checks that a store of your own can run.
//!
//! Tell the suite how to make a log and how to open it, and run all of it in a test:
//!
//! ```
//! use std::sync::Arc;
//! use gesta::store::{MemoryStore, Store};
//! use gesta::testing::store::{Harness, run_all};
//!
//! struct Memory;
//!
//! impl Harness for Memory {
//!     type Log = MemoryStore;
//!
//!     async fn create(&self, position: u64) -> MemoryStore {
//!         MemoryStore::starting_after(position)
//!     }
//!
//!     async fn open(&self, log: &MemoryStore) -> Arc<dyn Store> {
//!         Arc::new(log.clone())
//!     }
//! }
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
//! # runtime.block_on(async {
//! run_all(&Memory).await;
//! # });
//! ```
//!
//! A check panics, and names the rule that the store broke. Each makes logs of its own, so a test may also run a check
//! alone.

mod batches;
mod commands;
mod contents;
mod handles;
mod model;
mod reading;
mod subject;
mod versions;
pub mod views;

use std::future::Future;
use std::sync::Arc;

use crate::store::Store;

pub use batches::{a_bad_commit_fails_no_other, what_was_decided_on_unwritten_events_is_refused};
pub use commands::{a_command_id_takes_effect_once, commits_without_events_are_recorded};
pub use contents::{ids_are_exact, payloads_are_exact, positions_may_be_large, the_rest_is_exact};
pub use handles::{
    contents_survive_reopening, readers_meet_every_event_beside_writers, two_handles_share_one_log,
};
pub use model::{Step, agrees_with_the_model, random_batches_agree_with_the_model};
pub use reading::{
    lookups_answer_in_order, pages_end_at_their_limits, snapshots_follow_their_commits,
};
pub use versions::{positions_have_no_holes, versions_must_be_the_streams_own};

/// How the suite gets at a store.
pub trait Harness: Send + Sync {
    /// A log that nobody else uses: a file, a schema of a database, a prefix of keys. It may go when this is dropped.
    type Log: Send + Sync;

    /// Makes an empty log whose first event will take the position after `position`.
    fn create(&self, position: u64) -> impl Future<Output = Self::Log> + Send;

    /// Opens a handle on the log, beside those that may be open already.
    fn open(&self, log: &Self::Log) -> impl Future<Output = Arc<dyn Store>> + Send;
}

/// Runs every check.
///
/// # Panics
/// If the store breaks a rule.
pub async fn run_all(harness: &impl Harness) {
    versions_must_be_the_streams_own(harness).await;
    positions_have_no_holes(harness).await;
    a_command_id_takes_effect_once(harness).await;
    commits_without_events_are_recorded(harness).await;
    a_bad_commit_fails_no_other(harness).await;
    what_was_decided_on_unwritten_events_is_refused(harness).await;
    ids_are_exact(harness).await;
    payloads_are_exact(harness).await;
    the_rest_is_exact(harness).await;
    positions_may_be_large(harness).await;
    pages_end_at_their_limits(harness).await;
    lookups_answer_in_order(harness).await;
    snapshots_follow_their_commits(harness).await;
    contents_survive_reopening(harness).await;
    two_handles_share_one_log(harness).await;
    readers_meet_every_event_beside_writers(harness).await;
    random_batches_agree_with_the_model(harness, 0..20).await;
}
