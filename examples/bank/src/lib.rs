//! A bank that reads its journal into an event store.

#![allow(missing_docs, reason = "an application, not an API")]

pub mod journal;
pub mod money;
