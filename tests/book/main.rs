//! The code of the book. Every block of it stands in a file of this folder, compiled and run.

#![allow(missing_docs, reason = "examples, not an API")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at what it does not expect"
)]

mod account;
mod blocks;
mod commands;
#[allow(dead_code, reason = "only its expansion is looked at")]
mod door;
#[allow(
    dead_code,
    clippy::enum_variant_names,
    reason = "only what is read of it is looked at"
)]
mod evolution;
#[rustfmt::skip]
#[allow(dead_code, unused_imports, unused_variables, clippy::all, reason = "compiled, to show that it can be")]
mod expanded;
mod expansion;
mod move_money;
mod outside;
#[cfg(unix)]
mod postgres;
mod quickstart;
mod raised;
mod read_models;
mod saga_tests;
mod sagas;
mod shop;
mod sql_projections;
mod statement;
mod stores;
mod subscription;
mod testing;
mod transfer;
