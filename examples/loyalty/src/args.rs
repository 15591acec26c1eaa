//! The command line.

use std::ffi::OsString;
use std::fmt::Display;
use std::str::FromStr;

use gesta::{SagaStatus, Timestamp};
use lexopt::prelude::*;

use crate::day::Day;
use crate::partner::Partner;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Args {
    pub task: Task,
    /// The address of the store.
    pub store: String,
    /// What is taken for the time.
    pub now: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    Help,
    Demo,
    Join {
        member: String,
        name: String,
    },
    Earn {
        member: String,
        points: u64,
        reason: String,
    },
    Nightly {
        cut_off: Day,
    },
    Answer {
        partner: Partner,
        upgrade: String,
    },
    Sagas {
        status: Option<SagaStatus>,
    },
    Audit {
        member: String,
    },
    Skipped,
}

impl Args {
    /// Reads the command line, without the program's own name.
    ///
    /// # Errors
    /// What is wrong with it, for the person who typed it.
    pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Self, lexopt::Error> {
        let mut parser = lexopt::Parser::from_args(args);
        let (mut cut_off, mut words, mut help) = (None, Vec::new(), false);
        let mut store = "sqlite:loyalty.db".to_owned();
        let mut now = None;
        while let Some(arg) = parser.next()? {
            match arg {
                Long("store") => store = parser.value()?.string()?,
                Long("cut-off") => cut_off = Some(read(&parser.value()?.string()?)?),
                Long("now") => now = Some(read(&parser.value()?.string()?)?),
                Value(word) => words.push(word.string()?),
                Short('h') | Long("help") => help = true,
                _ => return Err(arg.unexpected()),
            }
        }
        let task = if help {
            Task::Help
        } else {
            task(&words, cut_off)?
        };
        match (&task, now) {
            (Task::Demo, Some(_)) => Err("`demo` has a time of its own: leave `--now` out".into()),
            _ => Ok(Self { task, store, now }),
        }
    }
}

fn task(words: &[String], cut_off: Option<Day>) -> Result<Task, lexopt::Error> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let owned = |word: &str| word.to_owned();
    Ok(match (words.as_slice(), cut_off) {
        (["nightly"], Some(cut_off)) => Task::Nightly { cut_off },
        (["nightly", ..], _) => {
            return Err("`nightly` needs a day: loyalty nightly --cut-off 2026-11-01".into());
        }
        (_, Some(_)) => return Err("`--cut-off` is for `nightly`".into()),
        (["demo"], _) => Task::Demo,
        (["join", member, name], _) => Task::Join {
            member: owned(member),
            name: owned(name),
        },
        (["earn", member, points, reason], _) => Task::Earn {
            member: owned(member),
            points: points
                .parse()
                .map_err(|_| format!("`{points}` is no number of points such as `250`"))?,
            reason: owned(reason),
        },
        (["answer", partner, upgrade], _) => Task::Answer {
            partner: read(partner)?,
            upgrade: owned(upgrade),
        },
        (["sagas"], _) => Task::Sagas { status: None },
        (["sagas", status], _) => Task::Sagas {
            status: Some(read(status)?),
        },
        (["audit", member], _) => Task::Audit {
            member: owned(member),
        },
        (["skipped"], _) => Task::Skipped,
        ([], _) => return Err("say what is to be done, such as `loyalty demo`".into()),
        ([what, ..], _) => return Err(misused(what).into()),
    })
}

/// Reads a word, and says what is wrong with it.
fn read<T: FromStr<Err: Display>>(word: &str) -> Result<T, lexopt::Error> {
    word.parse()
        .map_err(|error: T::Err| error.to_string().into())
}

fn misused(what: &str) -> String {
    let usage = match what {
        "join" => "join M-001 \"Ada Moreau\"",
        "earn" => "earn M-001 250 \"order 1041\"",
        "answer" => "answer payment M-001:gold",
        "audit" => "audit M-001",
        "demo" | "sagas" | "skipped" => what,
        _ => return format!("`{what}` is not understood here"),
    };
    format!("`{what}` is used like this: loyalty {usage}")
}

#[cfg(test)]
mod tests;
