//! PostgreSQL for tests.
//!
//! ```no_run
//! # async fn example() {
//! let Some(database) = gesta_test_postgres::database().await else {
//!     return; // It was said why; with `CI` set it is a failure.
//! };
//! println!("{}", database.url());
//! # }
//! ```
//!
//! The server is the one that `GESTA_TEST_POSTGRES` names by its URL, else one that is made of the programs installed
//! here, once for a process. It never outlives the process, however that ends.
//!
//! - [`database`]: a database of the test's own on that server.
//! - [`Cluster`]: a server of the test's own, to be configured, killed and started again.
//! - [`Proxy`]: stands between a client and a server, and breaks their connections at exact points.
#![cfg(unix)]

mod cluster;
mod database;
mod installation;
mod missing;
mod postmaster;
mod processes;
mod proxy;
mod server;
mod watchdog;

pub use cluster::Cluster;
pub use database::{Database, database};
pub use proxy::{Counts, Cut, Fault, Point, Proxy};
pub use server::{Server, server};

/// Why there is no server, or why it cannot do what was asked.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A number that no other call gives, here or in another process.
fn random() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(std::process::id())
}
