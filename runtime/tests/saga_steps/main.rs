//! The rules of sagas, one by one, without an app.

#![allow(missing_docs, unreachable_pub, reason = "tests, not an API")]
#![allow(clippy::panic, reason = "a saga that panics is one that is tested")]

#[macro_use]
mod world;

mod deployed;
mod effects;
mod events;
mod failures;
mod order;
mod pivot;
mod retry;
mod undo;
