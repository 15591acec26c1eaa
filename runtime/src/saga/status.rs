//! What a saga is doing, in a word.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// What a saga is doing.
///
/// ```
/// use gesta::SagaStatus;
///
/// assert_eq!("stuck".parse(), Ok(SagaStatus::Stuck));
/// assert_eq!(SagaStatus::Stuck.to_string(), "stuck");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SagaStatus {
    /// Something that it sent is not answered yet.
    Running,
    /// It waits: for an event, or for the time of another attempt.
    Waiting,
    /// A step has failed, and what was done before is undone.
    Compensating,
    /// All is done.
    Completed,
    /// All that was done is undone.
    Compensated,
    /// It cannot go on by itself: see [`SagaSummary::error`](crate::SagaSummary::error), and
    /// [`SagaHandle::retry`](crate::SagaHandle::retry).
    Stuck,
}

impl SagaStatus {
    /// Each of them.
    pub const ALL: [Self; 6] = [
        Self::Running,
        Self::Waiting,
        Self::Compensating,
        Self::Completed,
        Self::Compensated,
        Self::Stuck,
    ];

    /// Whether it goes on by itself: it has neither ended, nor is it stuck.
    #[must_use]
    pub fn goes_on(self) -> bool {
        matches!(self, Self::Running | Self::Waiting | Self::Compensating)
    }

    /// Its name, in small letters.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Compensating => "compensating",
            Self::Completed => "completed",
            Self::Compensated => "compensated",
            Self::Stuck => "stuck",
        }
    }
}

impl fmt::Display for SagaStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for SagaStatus {
    type Err = UnknownSagaStatus;

    /// Reads what [`as_str`](Self::as_str) gives, and nothing else.
    fn from_str(text: &str) -> Result<Self, UnknownSagaStatus> {
        let mut all = Self::ALL.into_iter();
        all.find(|status| status.as_str() == text)
            .ok_or_else(|| UnknownSagaStatus {
                found: text.to_owned(),
            })
    }
}

/// A text that is no status of a saga. Take one of [`SagaStatus::ALL`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "`{found}` is no status: known are {}",
    SagaStatus::ALL.map(SagaStatus::as_str).join(", ")
)]
#[non_exhaustive]
pub struct UnknownSagaStatus {
    /// The text.
    pub found: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_status_is_read_as_it_is_shown() {
        for status in SagaStatus::ALL {
            assert_eq!(status.to_string().parse(), Ok(status));
        }
    }

    #[test]
    fn what_is_no_status_is_told_with_those_that_are() {
        for found in ["", "Stuck", "stuck ", "stuk"] {
            let error = found
                .parse::<SagaStatus>()
                .map_err(|error| error.to_string());
            let known = "running, waiting, compensating, completed, compensated, stuck";
            assert_eq!(
                error,
                Err(format!("`{found}` is no status: known are {known}"))
            );
        }
    }
}
