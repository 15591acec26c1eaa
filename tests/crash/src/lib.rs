//! Kills a process under load, again and again, and checks that the log holds what the process had answered.
//!
//! `cargo test -p torture` is the short form. The long form prints a report, and tries a planted bug if it is told to:
//!
//! ```text
//! cargo run --release -p torture -- --kills 1000 --seed 7
//! cargo run --release -p torture -- --kills 20 --sabotage buffered
//! ```
//!
//! - [`child`]: the process that is killed. It says on its standard output what it sends and what it is answered.
//! - [`ledger`]: what the parent, which lives on, has read of that. A line counts once it has arrived whole.
//! - [`check`]: compares the ledger with the log, through a store opened anew.
//! - [`campaign`]: plans the kills, carries them out, and sends again what had no answer.
//! - [`sabotage`]: bugs to plant into the child; a check that does not find them is worth nothing.
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
pub mod report;
pub mod sabotage;

/// Why the harness itself cannot go on; what is wrong with the store is a [`check::Finding`].
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
