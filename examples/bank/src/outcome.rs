//! What can become of a line of the journal.

use gesta::SendError;

use crate::account::Refused;

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
}

impl Outcome {
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Done | Self::DoneBefore)
    }

    /// Whether it is news: something that was not in the bank before.
    #[must_use]
    pub fn is_new(&self) -> bool {
        matches!(self, Self::Done | Self::Refused { .. })
    }

    /// Whether the bank knew of it before.
    #[must_use]
    pub fn was_known(&self) -> bool {
        matches!(self, Self::DoneBefore | Self::RefusedBefore { .. })
    }
}

/// Whether the bank answered no. Any other error says that it could not answer.
#[must_use]
pub fn is_refusal(error: &SendError<Refused>) -> bool {
    matches!(
        error,
        SendError::Rejected(_)
            | SendError::AlreadyExists { .. }
            | SendError::NotFound { .. }
            | SendError::CommandIdReused { .. }
            | SendError::InvalidText { .. }
    )
}
