//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use gesta::{SagaStatus, UnknownSagaStatus};
use lexopt::prelude::*;

use crate::saga::Order;

/// What `--help` prints.
pub const HELP: &str = "\
A bank that reads its journal into an event store.

Usage:
  bank [OPTIONS]                  read the journal into the bank, and report
  bank history ACCOUNT [OPTIONS]  show the events of one account
  bank sagas [STATUS] [OPTIONS]   show where the transfers stand: all of them, or
                                  those that are running, waiting, compensating,
                                  completed, compensated (put back) or stuck
  bank saga ID [OPTIONS]          show where one transfer stands, and its history
  bank saga ID retry              try again what it is stuck at
  bank saga ID skip STEP          go on as if that step were done
  bank saga ID compensate         give it up, and put the money back
  bank rebuild [OPTIONS]          fold the statements of all accounts anew
  bank verify [OPTIONS]           say which events are stored, and whether this
                                  version of the bank reads them all

Options:
  --store ADDRESS  where the bank keeps its events: sqlite:FILE, memory:, or
                   postgres://USER@HOST/DATABASE
                   (default: sqlite:bank.db, in the current directory)
  --journal FILE   the journal to read (default: the one that comes with the example)
  --by WHO         who helps a transfer on; stands in its history
  -h, --help       show this

Reading a journal twice is safe: a line that is in the bank already is not done again.
";

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Args {
    pub task: Task,
    /// The address of the store.
    pub store: String,
    /// Who asks for it.
    pub by: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    Help,
    Import { journal: PathBuf },
    History { account: String },
    Sagas { status: Option<SagaStatus> },
    Saga { id: String, order: Option<Order> },
    Rebuild,
    Verify,
}

impl Args {
    /// Reads the command line, without the program's own name.
    ///
    /// # Errors
    /// What is wrong with it, for the person who typed it.
    pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Self, lexopt::Error> {
        let mut parser = lexopt::Parser::from_args(args);
        let (mut store, mut journal, mut by, mut words) = (None, None, None, Vec::new());
        while let Some(arg) = parser.next()? {
            match arg {
                Long("store") => store = Some(parser.value()?.string()?),
                Long("journal") => journal = Some(PathBuf::from(parser.value()?)),
                Long("by") => by = Some(parser.value()?.string()?),
                Value(word) => words.push(word.string()?),
                Short('h') | Long("help") => return Ok(Self::new(Task::Help, None, None)),
                _ => return Err(arg.unexpected()),
            }
        }
        let task = task(words, journal)?;
        let is_order = matches!(task, Task::Saga { order: Some(_), .. });
        match by {
            Some(_) if !is_order => {
                Err("`--by` says who helps a transfer on: bank saga J-00636 retry --by WHO".into())
            }
            Some(by) if by.is_empty() => Err("`--by` needs a name".into()),
            by => Ok(Self::new(task, store, by)),
        }
    }

    fn new(task: Task, store: Option<String>, by: Option<String>) -> Self {
        Self {
            task,
            by,
            store: store.unwrap_or_else(|| "sqlite:bank.db".to_owned()),
        }
    }
}

fn task(words: Vec<String>, journal: Option<PathBuf>) -> Result<Task, lexopt::Error> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match (words.as_slice(), journal) {
        ([], journal) => Ok(Task::Import {
            journal: journal.unwrap_or_else(default_journal),
        }),
        (["history", account], None) => Ok(Task::History {
            account: (*account).to_owned(),
        }),
        (["sagas"], None) => Ok(Task::Sagas { status: None }),
        (["sagas", status], None) => Ok(Task::Sagas {
            status: Some(named(status)?),
        }),
        (["saga", id, order @ ..], None) => Ok(Task::Saga {
            id: (*id).to_owned(),
            order: self::order(id, order)?,
        }),
        (["verify"], None) => Ok(Task::Verify),
        (["rebuild"], None) => Ok(Task::Rebuild),
        (["rebuild"], Some(_)) => Err("`rebuild` reads no journal".into()),
        (["sagas"] | ["sagas", _], Some(_)) => Err("`sagas` reads no journal".into()),
        (["saga", _, ..], Some(_)) => Err("`saga` reads no journal".into()),
        (["verify"], Some(_)) => Err("`verify` reads no journal".into()),
        (["saga"], _) => Err("`saga` needs a transfer: bank saga J-00636".into()),
        (["history"], _) => Err("`history` needs an account: bank history A-001".into()),
        (["history", _], Some(_)) => Err("`history` reads no journal".into()),
        (
            ["history" | "sagas", _, extra, ..] | ["rebuild" | "verify", extra, ..] | [extra, ..],
            _,
        ) => Err(format!("`{extra}` is not understood here").into()),
    }
}

/// What is asked of a transfer; `None` if it is only looked at.
fn order(id: &str, words: &[&str]) -> Result<Option<Order>, lexopt::Error> {
    match words {
        [] => Ok(None),
        ["retry"] => Ok(Some(Order::Retry)),
        ["skip", step] => Ok(Some(Order::Skip {
            step: (*step).to_owned(),
        })),
        ["compensate"] => Ok(Some(Order::Compensate)),
        ["skip"] => Err(format!("`skip` needs a step: bank saga {id} skip credit").into()),
        ["retry" | "compensate", extra, ..] | ["skip", _, extra, ..] => {
            Err(format!("`{extra}` is not understood here").into())
        }
        [other, ..] => {
            let known = "known are retry, skip STEP and compensate";
            Err(format!("`{other}` is not understood here: {known}").into())
        }
    }
}

fn named(status: &str) -> Result<SagaStatus, lexopt::Error> {
    let named = status.parse();
    named.map_err(|unknown: UnknownSagaStatus| unknown.to_string().into())
}

/// The journal that comes with the example.
fn default_journal() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/journal.csv"))
}

#[cfg(test)]
mod tests;
