//! The runtime, from commands to durable events.
#![allow(missing_docs, reason = "tests")]

mod account;
mod cancel;
mod commands;
mod durability;
mod faulty;
mod limits;
mod model;
mod reading;
mod recovery;
mod snapshots;
