//! What every store that keeps read models must do, as checks beside those of its log.
//!
//! The harness is that of the other checks:
//!
//! ```
//! # use std::sync::Arc;
//! # use gesta::store::{MemoryStore, Store};
//! # use gesta::testing::store::Harness;
//! # struct Memory;
//! # impl Harness for Memory {
//! #     type Log = MemoryStore;
//! #     async fn create(&self, position: u64) -> MemoryStore {
//! #         MemoryStore::starting_after(position)
//! #     }
//! #     async fn open(&self, log: &MemoryStore) -> Arc<dyn Store> {
//! #         Arc::new(log.clone())
//! #     }
//! # }
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
//! # runtime.block_on(async {
//! gesta::testing::store::views::run_all(&Memory).await;
//! # });
//! ```

mod claims;
mod contents;
mod control;
mod finishing;
mod generations;
mod model;
mod parking;
mod queries;
mod subject;
mod writes;

use super::Harness;

pub use claims::{
    a_claim_that_is_given_up_is_free, a_generation_is_held_by_one, a_lease_is_extended,
    a_lease_that_ran_out_is_taken_over,
};
pub use contents::{
    documents_are_exact, index_values_are_exact, keys_are_exact, read_models_survive_reopening,
};
pub use control::people_control_generations;
pub use finishing::{a_generation_is_finished_once, readers_see_the_old_or_the_new};
pub use generations::{
    a_declaration_is_one_generation, a_rebuild_is_one_generation, dropped_generations_are_swept,
    the_head_is_the_end_of_the_log,
};
pub use model::{Step, agrees_with_memory, random_calls_agree_with_memory};
pub use parking::parked_events_wait_in_order;
pub use queries::{
    documents_are_listed_by_index, documents_are_listed_by_key, the_wanted_version_answers,
};
pub use writes::{
    a_batch_is_written_as_a_whole, a_batch_that_is_fenced_changes_nothing,
    large_batches_are_written,
};

/// Runs every check.
///
/// # Panics
/// If the store keeps no read models, or breaks a rule.
pub async fn run_all(harness: &impl Harness) {
    the_head_is_the_end_of_the_log(harness).await;
    a_declaration_is_one_generation(harness).await;
    a_rebuild_is_one_generation(harness).await;
    people_control_generations(harness).await;
    dropped_generations_are_swept(harness).await;
    a_generation_is_held_by_one(harness).await;
    a_lease_is_extended(harness).await;
    a_claim_that_is_given_up_is_free(harness).await;
    a_lease_that_ran_out_is_taken_over(harness).await;
    a_batch_is_written_as_a_whole(harness).await;
    a_batch_that_is_fenced_changes_nothing(harness).await;
    large_batches_are_written(harness).await;
    the_wanted_version_answers(harness).await;
    documents_are_listed_by_key(harness).await;
    documents_are_listed_by_index(harness).await;
    parked_events_wait_in_order(harness).await;
    keys_are_exact(harness).await;
    documents_are_exact(harness).await;
    index_values_are_exact(harness).await;
    read_models_survive_reopening(harness).await;
    a_generation_is_finished_once(harness).await;
    readers_see_the_old_or_the_new(harness).await;
    random_calls_agree_with_memory(harness, 0..20).await;
}
