//! What became of a command or of a document, in words and in lines that can be compared.

use std::error::Error;

use super::diff::difference;
use super::json::pretty;
use super::stored::Stored;
use crate::saga::Target;
use crate::store::views::Fault;

/// Something expected, or something that came: in one line, and in many.
#[derive(PartialEq)]
pub(super) struct Shown {
    summary: String,
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

    /// A document of this projection.
    pub(super) fn document(projection: &str, json: &str) -> Self {
        Self {
            summary: projection.to_owned(),
            lines: pretty(json).lines().map(str::to_owned).collect(),
            is_rejection: false,
        }
    }

    /// The keys of some documents.
    pub(super) fn keys(keys: Vec<String>) -> Self {
        let documents = if keys.len() == 1 {
            "document"
        } else {
            "documents"
        };
        Self {
            summary: format!("{} {documents}", keys.len()),
            lines: keys,
            is_rejection: false,
        }
    }

    pub(super) fn fault(fault: &Fault) -> Self {
        Self::words(&format!("fails at {}: {}", fault.position, fault.error))
    }

    /// Commands that were sent, whatever the order: they are under way at once.
    pub(super) fn calls(calls: &[Target]) -> Self {
        let mut calls: Vec<_> = calls
            .iter()
            .map(|call| {
                let summary = format!("{} to {}", call.command, call.id);
                let lines = format!("{summary} {}", pretty(call.json.get()));
                (summary, lines)
            })
            .collect();
        calls.sort();
        let summaries: Vec<_> = calls.iter().map(|(summary, _)| summary.as_str()).collect();
        Self {
            summary: match summaries.is_empty() {
                true => "no calls".to_owned(),
                false => summaries.join(", "),
            },
            lines: calls
                .iter()
                .flat_map(|(_, lines)| lines.lines().map(str::to_owned))
                .collect(),
            is_rejection: false,
        }
    }

    pub(super) fn words(summary: &str) -> Self {
        Self {
            summary: summary.to_owned(),
            lines: Vec::new(),
            is_rejection: false,
        }
    }

    fn difference(&self, actual: &Self) -> String {
        if self.is_rejection == actual.is_rejection {
            difference(&self.lines, &actual.lines)
        } else {
            // An error and an event may share a brace, and that means nothing.
            difference(&self.lines, &[]) + &difference(&[], &actual.lines)
        }
    }
}

/// What a test says that fails: what is wrong, in which circumstances, and two things that are not the same.
pub(super) fn report(
    what: &str,
    circumstances: &[(&str, &str)],
    [before, after]: [&str; 2],
    [expected, actual]: [&Shown; 2],
) -> String {
    let line = |sign: char, label: &str, value: &str| {
        format!("{sign} {:<10}{value}\n", format!("{label}:"))
    };
    let mut text = format!("{what}\n\n");
    for (label, value) in circumstances {
        text.push_str(&line(' ', label, value));
    }
    text.push_str(&line('-', before, &expected.summary));
    text.push_str(&line('+', after, &actual.summary));
    text.push('\n');
    text + &expected.difference(actual)
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
