//! What ends the program early.

use std::error::Error;
use std::path::PathBuf;

use gesta::{
    LoadError, SagaError, SendError, StartError, StoreError, Verification, VerifyError, ViewError,
};
use thiserror::Error;

use crate::journal::NotAJournal;

#[derive(Debug, Error)]
pub enum BankError {
    #[error("cannot read the journal {}", path.display())]
    Unreadable {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{} is not a journal", path.display())]
    NotAJournal { path: PathBuf, source: NotAJournal },
    #[error("cannot open {store}")]
    Closed { store: String, source: StartError },
    #[error("there is no bank at {store} yet: run `bank` first")]
    NoBank { store: String },
    #[error("there is no account `{account}` in {store}")]
    NoAccount { account: String, store: String },
    #[error("line {line} was interrupted; run the bank again, and nothing is done twice")]
    Interrupted {
        line: usize,
        source: Box<dyn Error + Send + Sync>,
    },
    #[error("the transfer of line {line} is stuck at {error}; see `bank saga {id}`")]
    Stuck {
        line: usize,
        id: String,
        error: String,
    },
    #[error("the transfer of line {line} has not ended; see `bank sagas`, and run the bank again")]
    Unfinished { line: usize },
    #[error("there is no transfer `{id}` in this bank")]
    NoTransfer { id: String },
    #[error("nothing was done about the transfer `{id}`, see `bank saga {id}`")]
    NotHelped { id: String, source: SagaError },
    #[error("cannot see where a transfer stands")]
    Saga(#[from] SagaError),
    #[error("cannot record that line {line} was refused; run the bank again")]
    Unrecorded {
        line: usize,
        source: Box<SendError<std::convert::Infallible>>,
    },
    #[error("cannot read the bank")]
    Load(#[from] LoadError),
    #[error("this version of the bank does not read all that is stored\n\n{found}")]
    NotAllIsRead { found: Verification },
    #[error("cannot read the bank to its end")]
    Unverified(#[from] VerifyError),
    #[error("the bank's store failed")]
    Store(#[from] StoreError),
    #[error("cannot read the statements")]
    View(#[from] ViewError),
    #[error("the statements do not show yet what was done; run the bank again")]
    Behind,
    #[error("the statements were not rebuilt; those before are as they were")]
    NotRebuilt,
    #[error("a part of the program ended early")]
    Gone(#[from] tokio::task::JoinError),
    #[error("cannot print")]
    Print(#[from] std::io::Error),
}

impl BankError {
    /// The answer to a line's command was not that of the bank.
    pub(crate) fn interrupted<E: Error + Send + Sync + 'static>(
        line: usize,
        source: SendError<E>,
    ) -> Self {
        Self::Interrupted {
            line,
            source: Box::new(source),
        }
    }
}

/// The error and its causes in one line.
#[must_use]
pub fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}
