//! `events.lock`: the shapes in which a package stores its events, as a file that people review.
//!
//! [`Lock`] is what stands in it, [`str::parse`] reads it and [`Display`](std::fmt::Display) writes it. The attributes
//! read it at compile time and the generated tests write it; nobody else needs this crate.
//!
//! ```text
//! aggregate Account
//!     AccountOpened
//!
//! event AccountOpened v1
//!     #[serde(deny_unknown_fields)]
//!     owner: String
//!   wire   {owner: string}
//!   golden {"owner":"text"}
//!
//! value Currency
//!     Eur
//!     Other(String)
//!   wire   enum {Eur, Other(string)}
//!
//! saga MoveMoney v1
//!     credit
//!     debit
//! ```
//!
//! A name or key is written as it is if it has only letters, digits, `_`, `-` and `.`, and in quotes otherwise. Any
//! other text runs to the end of its line; one that has no place in a line is written as `\"..\n.."`. So what is
//! written is read back exactly, whatever it is.

mod compare;
mod difference;
mod error;
mod lock;
mod parse;
mod print;
mod text;

pub use compare::FieldChange;
pub use difference::{Change, Difference, Impact, LockEntry, difference};
pub use error::{LockError, LockErrorKind};
pub use lock::{EventKey, Lock, Saga, Shape};
