//! What can be wrong with a journal.

use thiserror::Error;

use super::HEADER;
use crate::money::{NotAnAmount, show};

/// A file that is no journal at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("its first line is not `{HEADER}`, with or without `,memo`")]
pub struct NotAJournal;

/// A line that is no operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// Where it stands in the file, counted from 1.
    pub number: usize,
    /// The line.
    pub text: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Problem {
    #[error("it is not UTF-8")]
    NotUtf8,
    #[error("{needed} fields are needed, {found} found")]
    FieldCount { needed: usize, found: usize },
    #[error("it has no id")]
    NoId,
    #[error("it names no account")]
    NoAccount,
    #[error("it names no owner")]
    NoOwner,
    #[error("`{name}` is not an operation: known are open, deposit, withdraw, transfer, freeze")]
    UnknownOperation { name: String },
    #[error("it names no amount")]
    NoAmount,
    #[error("`{text}` is not an amount: {problem}")]
    Amount { text: String, problem: NotAnAmount },
    #[error("only a withdrawal has a memo")]
    Memo,
    #[error("its id stands on line {line} already, for another operation")]
    IdReused { line: usize },
    #[error("it names no account that the money goes to")]
    NoReceiver,
    #[error("a freeze has no value")]
    FreezeValue,
    #[error("only a deposit or a withdrawal is half of a transfer")]
    NoHalf,
    #[error("its transfer has a withdrawal already, on line {line}")]
    WithdrawnTwice { line: usize },
    #[error("its transfer has no withdrawal on any line before")]
    NothingWithdrawn,
    #[error("its transfer has a deposit already, on line {line}")]
    DepositedTwice { line: usize },
    #[error("its transfer withdraws {} on line {line}", show(*.cents))]
    OtherAmount { line: usize, cents: u64 },
}
