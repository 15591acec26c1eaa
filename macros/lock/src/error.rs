//! What can be wrong with the file.

use std::fmt;

/// The text is not an `events.lock`. Restore the file from version control, or mend the line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LockError {
    /// The number of the line, from 1 on.
    pub line: usize,
    /// What is wrong there.
    pub kind: LockErrorKind,
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LockErrorKind {
    /// Git left both sides of a merge. Resolve it, then run `GESTA_LOCK=accept cargo test`.
    Conflict,
    /// Something stands twice. Delete the one that version control does not have.
    Duplicate(String),
    /// The line begins an entry that is none. Restore the file, or write `aggregate`, `event`, `value` or `saga`.
    UnknownEntry(String),
    /// The line belongs to no entry. Restore the one above it.
    NoEntry,
    /// The line has an indentation of its own. Restore it: names and fields have 4 spaces, `wire` and `golden` have 2.
    Indentation,
    /// The entry has no name, or one with an open quote. Restore it.
    Name,
    /// The event or saga has no version, or one that is no number from 1 on. Restore it.
    Version,
    /// The line has a field, a name or an attribute that cannot be read. Restore it.
    Unreadable(String),
}

impl LockErrorKind {
    fn what_to_do(&self) -> &'static str {
        match self {
            Self::Conflict => "resolve the merge, then run `GESTA_LOCK=accept cargo test`",
            Self::Duplicate(_) => "delete one of the two, or restore the file from version control",
            _ => "restore the file from version control, or mend the line",
        }
    }
}

impl fmt::Display for LockErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflict => f.write_str("git left the two sides of a merge here"),
            Self::Duplicate(what) => write!(f, "`{what}` stands here for the second time"),
            Self::UnknownEntry(line) => write!(
                f,
                "`{line}` begins no entry: that is `aggregate ..`, `event .. v1`, `value ..` or `saga .. v1`"
            ),
            Self::NoEntry => f.write_str("the line belongs to no entry"),
            Self::Indentation => {
                f.write_str("names and fields have 4 spaces before them, `wire` and `golden` 2")
            }
            Self::Name => f.write_str("the entry has no name that can be read"),
            Self::Version => {
                f.write_str("the entry has no version: `v1`, `v2`, .. follows its name")
            }
            Self::Unreadable(line) => write!(f, "`{line}` cannot be read"),
        }
    }
}

impl fmt::Display for LockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, kind) = (self.line, &self.kind);
        write!(f, "line {line}: {kind}; {}", kind.what_to_do())
    }
}

impl std::error::Error for LockError {}
