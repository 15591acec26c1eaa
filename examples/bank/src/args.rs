//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use gesta::{SagaStatus, UnknownSagaStatus};
use lexopt::prelude::*;

/// What `--help` prints.
pub const HELP: &str = "\
A bank that reads its journal into an event store.

Usage:
  bank [OPTIONS]                  read the journal into the bank, and report
  bank history ACCOUNT [OPTIONS]  show the events of one account
  bank sagas [STATUS] [OPTIONS]   show where the transfers stand: all of them, or
                                  those that are running, waiting, compensating,
                                  completed, compensated (put back) or stuck
  bank rebuild [OPTIONS]          fold the statements of all accounts anew
  bank verify [OPTIONS]           say which events are stored, and whether this
                                  version of the bank reads them all

Options:
  --store ADDRESS  where the bank keeps its events: sqlite:FILE, memory:, or
                   postgres://USER@HOST/DATABASE
                   (default: sqlite:bank.db, in the current directory)
  --journal FILE   the journal to read (default: the one that comes with the example)
  -h, --help       show this

Reading a journal twice is safe: a line that is in the bank already is not done again.
";

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Args {
    pub task: Task,
    /// The address of the store.
    pub store: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    Help,
    Import { journal: PathBuf },
    History { account: String },
    Sagas { status: Option<SagaStatus> },
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
        let (mut store, mut journal, mut words) = (None, None, Vec::new());
        while let Some(arg) = parser.next()? {
            match arg {
                Long("store") => store = Some(parser.value()?.string()?),
                Long("journal") => journal = Some(PathBuf::from(parser.value()?)),
                Value(word) => words.push(word.string()?),
                Short('h') | Long("help") => return Ok(Self::new(Task::Help, None)),
                _ => return Err(arg.unexpected()),
            }
        }
        Ok(Self::new(task(words, journal)?, store))
    }

    fn new(task: Task, store: Option<String>) -> Self {
        Self {
            task,
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
        (["verify"], None) => Ok(Task::Verify),
        (["rebuild"], None) => Ok(Task::Rebuild),
        (["rebuild"], Some(_)) => Err("`rebuild` reads no journal".into()),
        (["sagas"] | ["sagas", _], Some(_)) => Err("`sagas` reads no journal".into()),
        (["verify"], Some(_)) => Err("`verify` reads no journal".into()),
        (["history"], _) => Err("`history` needs an account: bank history A-001".into()),
        (["history", _], Some(_)) => Err("`history` reads no journal".into()),
        (
            ["history" | "sagas", _, extra, ..] | ["rebuild" | "verify", extra, ..] | [extra, ..],
            _,
        ) => Err(format!("`{extra}` is not understood here").into()),
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
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Args, String> {
        let words = line.split_whitespace().map(OsString::from);
        Args::parse(words).map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_reads_the_journal_that_comes_with_it() {
        let args = parse("").unwrap();
        assert_eq!(args.store, "sqlite:bank.db");
        assert!(matches!(args.task, Task::Import { journal } if journal.ends_with("journal.csv")));
    }

    #[test]
    fn options_stand_where_they_like() {
        let account = "A-1".to_owned();
        for line in ["--store memory: history A-1", "history --store=memory: A-1"] {
            let args = parse(line).unwrap();
            assert_eq!(args.store, "memory:");
            assert_eq!(
                args.task,
                Task::History {
                    account: account.clone()
                }
            );
        }
        let journal = PathBuf::from("j.csv");
        assert_eq!(
            parse("--journal j.csv").unwrap().task,
            Task::Import { journal }
        );
        assert_eq!(parse("history --help").unwrap().task, Task::Help);
        assert_eq!(parse("verify").unwrap().task, Task::Verify);
        assert_eq!(parse("rebuild").unwrap().task, Task::Rebuild);
        let status = None;
        assert_eq!(parse("sagas").unwrap().task, Task::Sagas { status });
        let status = Some(SagaStatus::Stuck);
        assert_eq!(parse("sagas stuck").unwrap().task, Task::Sagas { status });
    }

    #[test]
    fn what_is_not_understood_is_named() {
        let error = |line| parse(line).unwrap_err();
        assert_eq!(error("histroy A-1"), "`histroy` is not understood here");
        assert_eq!(error("history A-1 A-2"), "`A-2` is not understood here");
        assert_eq!(
            error("history"),
            "`history` needs an account: bank history A-001"
        );
        assert_eq!(
            error("history A-1 --journal j"),
            "`history` reads no journal"
        );
        assert_eq!(error("verify --journal j"), "`verify` reads no journal");
        assert_eq!(error("rebuild --journal j"), "`rebuild` reads no journal");
        assert_eq!(error("sagas --journal j"), "`sagas` reads no journal");
        assert_eq!(error("sagas stuck all"), "`all` is not understood here");
        assert_eq!(
            error("sagas stuk"),
            "`stuk` is no status: known are running, waiting, compensating, completed, compensated, stuck"
        );
        assert_eq!(error("rebuild all"), "`all` is not understood here");
        assert_eq!(error("verify all"), "`all` is not understood here");
        assert_eq!(error("--stroe x"), "invalid option '--stroe'");
        assert_eq!(error("--store"), "missing argument for option '--store'");
    }
}
