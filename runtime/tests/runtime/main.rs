//! The runtime, from commands to durable events.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says by a panic that it failed"
)]

mod account;
mod cancel;
mod commands;
mod durability;
mod faulty;
mod limits;
mod model;
mod past;
mod reading;
mod recovery;
mod retries;
mod snapshots;
