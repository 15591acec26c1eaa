//! An application on PostgreSQL, on a line to the server that does what lines do.
#![cfg(all(unix, feature = "postgres"))]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says by a panic that it failed"
)]

mod account;
mod chaos;
mod clients;
mod faults;
mod random;
