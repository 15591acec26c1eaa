//! The difference, for people.

use std::fmt;

use super::{Change, Difference, Impact, LockEntry};
use crate::text;

impl fmt::Display for Difference {
    /// A line for each change, those of an entry together.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.changes.is_empty() {
            return writeln!(f, "nothing has changed");
        }
        self.changes
            .iter()
            .try_for_each(|change| writeln!(f, "{change}"))
    }
}

impl fmt::Display for Change {
    /// `compatible     event Withdrawn v2 is new`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What is said of an entry as a whole goes on as a sentence.
        let whole = self.what.starts_with("is ");
        let colon = if whole { "" } else { ":" };
        write!(f, "{:<14} {}{colon} {}", self.impact, self.entry, self.what)
    }
}

impl fmt::Display for LockEntry {
    /// `event Withdrawn v2`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aggregate(name) => write!(f, "aggregate {}", text::name(name)),
            Self::Event(key) => write!(f, "event {key}"),
            Self::Value(name) => write!(f, "value {}", text::name(name)),
            Self::Saga(name) => write!(f, "saga {}", text::name(name)),
        }
    }
}

impl fmt::Display for Impact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Compatible => "compatible",
            Self::NeedsUpcast => "needs upcast",
            Self::Breaking => "breaking",
        })
    }
}
