//! Hurts processes that write, and what they write to, and checks that the log holds what they had answered.
//!
//! `cargo test -p torture` is the short form of each campaign, and plants each bug. The long form prints a report; a campaign
//! can also be had by itself:
//!
//! ```text
//! cargo run --release -p torture -- --profile release --seed 7
//! cargo run --release -p torture -- --kills 1000 --store postgres
//! cargo run --release -p torture -- --kind cuts --trials 20
//! cargo run --release -p torture -- --sabotage buffered
//! ```
//!
//! - [`child`]: the process that is hurt. It says on its standard output what it sends and what it is answered, and when.
//! - `read_models`: what is folded beside, in that process.
//! - `transfers`: what is carried out beside by sagas, on aggregates of their own.
//! - [`ledger`]: what the parent, which lives on, has read of that. A line counts once it has arrived whole.
//! - `history`: the same by the time of one clock: the windows in which operations took place.
//! - [`check`]: compares the ledger with the log, through a store opened anew, and follows the log while it grows.
//! - [`campaign`]: plans what is done, does it, and sends again what had no answer.
//! - [`sabotage`]: bugs to plant; a check that does not find them is worth nothing.
//! - [`database`]: where the store lives. Another store needs nothing but a new arm there.
#![cfg(unix)]

mod account;
pub mod arguments;
pub mod campaign;
pub mod check;
pub mod child;
mod clock;
pub mod database;
mod history;
pub mod ledger;
mod line;
mod order;
mod random;
mod read_models;
pub mod report;
pub mod sabotage;
mod stamped;
mod transfers;

/// Why the harness itself cannot go on; what is wrong with the store is a [`check::Finding`].
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
