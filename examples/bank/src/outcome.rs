//! What can become of a line of the journal.

use std::error::Error;

use gesta::SendError;

/// What became of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It took effect.
    Done,
    /// It had taken effect before.
    DoneBefore,
    /// It was refused.
    Refused { reason: String },
    /// It had been refused before.
    RefusedBefore { reason: String },
    /// It is the deposit of a transfer whose withdrawal, on this line, was refused.
    NothingToBring { withdrawal: usize },
    /// It is a transfer that was cancelled: no money has moved, or it was put back. `before` if it was asked for before.
    Cancelled {
        why: String,
        put_back: bool,
        before: bool,
    },
}

impl Outcome {
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Done | Self::DoneBefore)
    }

    /// Whether it is news: something that was not in the bank before.
    #[must_use]
    pub fn is_new(&self) -> bool {
        matches!(
            self,
            Self::Done | Self::Refused { .. } | Self::Cancelled { before: false, .. }
        )
    }

    /// Whether the bank knew of it before.
    #[must_use]
    pub fn was_known(&self) -> bool {
        matches!(
            self,
            Self::DoneBefore | Self::RefusedBefore { .. } | Self::Cancelled { before: true, .. }
        )
    }
}

/// Whether the bank answered no. Any other error says that it could not answer.
#[must_use]
pub fn is_refusal<E: Error>(error: &SendError<E>) -> bool {
    matches!(
        error,
        SendError::Rejected(_)
            | SendError::AlreadyExists { .. }
            | SendError::NotFound { .. }
            | SendError::CommandIdReused { .. }
            | SendError::InvalidText { .. }
    )
}
