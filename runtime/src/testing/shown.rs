//! What became of a command, in words and in lines that can be compared.

use std::error::Error;

use super::diff::difference;
use super::stored::Stored;

/// Something expected, or something that came: in one line, and in many.
pub(super) struct Shown {
    pub(super) summary: String,
    pub(super) lines: Vec<String>,
    is_rejection: bool,
}

impl Shown {
    pub(super) fn events(events: &[Stored]) -> Self {
        Self {
            summary: names(events.iter().map(|event| event.name)),
            lines: events.iter().flat_map(Stored::lines).collect(),
            is_rejection: false,
        }
    }

    pub(super) fn rejection(error: &impl Error) -> Self {
        Self {
            summary: format!("rejected: {error}"),
            lines: format!("{error:#?}").lines().map(str::to_owned).collect(),
            is_rejection: true,
        }
    }

    pub(super) fn words(summary: &str) -> Self {
        Self {
            summary: summary.to_owned(),
            lines: Vec::new(),
            is_rejection: false,
        }
    }

    pub(super) fn difference(&self, actual: &Self) -> String {
        if self.is_rejection == actual.is_rejection {
            difference(&self.lines, &actual.lines)
        } else {
            // An error and an event may share a brace, and that means nothing.
            difference(&self.lines, &[]) + &difference(&[], &actual.lines)
        }
    }
}

/// The names of some events, or that there are none.
pub(super) fn names<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.collect();
    if names.is_empty() {
        "no events".to_owned()
    } else {
        names.join(", ")
    }
}
