//! What is PostgreSQL's own: servers, roles, transactions of others, connections that go away.
#![cfg(all(unix, feature = "postgres"))]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says by a panic that it failed"
)]

mod account;
mod damage;
mod dropped;
mod lost;
mod names;
mod pages;
mod plans;
mod roles;
mod schema;
mod secrets;
mod servers;
mod sql;
mod standbys;
mod views;
mod within;
