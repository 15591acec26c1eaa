//! Events that changed: what was stored in an older shape is read as today's.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests, and the structs that they are about"
)]

mod aggregates;
mod fields;
mod hostile;
mod property;
mod shop;
mod snapshots;
mod verify;
