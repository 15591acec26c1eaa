//! What ends the program early.

use std::error::Error;

use gesta::{ExportError, LoadError, SagaError, SendError, StartError, StoreError, ViewError};
use thiserror::Error;

#[derive(Debug, Error)]
pub enum LoyaltyError {
    #[error("cannot open {store}")]
    Closed { store: String, source: StartError },
    #[error(
        "there is no scheme at {store} yet: run `loyalty demo` or `loyalty join MEMBER NAME` first"
    )]
    NoScheme { store: String },
    #[error("there is no member `{member}`: run `loyalty join {member} NAME` first")]
    NoMember { member: String },
    #[error("{what} was not done")]
    NotDone {
        what: String,
        source: Box<dyn Error + Send + Sync>,
    },
    #[error("`{upgrade}` is no upgrade such as `M-001:gold`")]
    NotAnUpgrade { upgrade: String },
    #[error("cannot read the scheme")]
    Load(#[from] LoadError),
    #[error("cannot read the read models")]
    View(#[from] ViewError),
    #[error("cannot read the upgrades")]
    Saga(#[from] SagaError),
    #[error("cannot read the log")]
    Export(#[from] ExportError),
    #[error("a line of the log is not understood")]
    Line(#[from] serde_json::Error),
    #[error("the scheme's store failed")]
    Store(#[from] StoreError),
    #[error("not all is seen yet of what was done: run it again, and nothing is done twice")]
    Behind,
    #[error("a part of the program ended early")]
    Gone(#[from] tokio::task::JoinError),
    #[error("the demonstration is wrong")]
    Demo(#[from] gesta::InvalidTimestamp),
    #[error("cannot print")]
    Print(#[from] std::io::Error),
}

impl LoyaltyError {
    /// Why a command was not done; a member that is not there is said in the scheme's own words.
    pub fn not_done<E: Error + Send + Sync + 'static>(
        what: impl Into<String>,
        source: SendError<E>,
    ) -> Self {
        match source {
            SendError::NotFound { id, .. } => Self::NoMember { member: id },
            source => Self::NotDone {
                what: what.into(),
                source: Box::new(source),
            },
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
