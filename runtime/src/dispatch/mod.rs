//! From a command to durable events.
//!
//! A command is decided in the caller's own task, on the cached state of its aggregate, under a lock that is never held
//! across an await. Its events are applied at once, so that the next command need not wait for the disk, and go to the
//! one [`committer`] of the process. The caller is answered when they are durable. What was decided on events that did
//! not become durable is decided again.

mod admission;
mod committer;
mod decide;
mod digest;
mod dispatcher;
mod dispatchers;
mod entity;
mod errand;
mod in_flight;
mod job;
mod lineage;
mod load;
mod request;
mod shard;

pub(crate) use admission::Admission;
pub use admission::Limits;
pub(crate) use committer::{Committer, Desk};
pub(crate) use decide::caught;
pub(crate) use digest::digest;
pub(crate) use dispatcher::{Core, Dispatcher};
pub(crate) use dispatchers::Dispatchers;
pub use job::Committed;
pub(crate) use job::{Answer, Decide, Job, Stamp};
pub(crate) use load::{decode, load, load_until};
pub(crate) use request::{Admitted, Request};
#[cfg(feature = "postgres")]
pub(crate) use {committer::Kind, decide::Decision, load::fold};
