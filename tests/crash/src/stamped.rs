//! What was said, and when.

use std::fmt;
use std::str::FromStr;

use crate::Failure;
use crate::clock::Instant;
use crate::line::Line;

/// A line, and when it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamped {
    pub at: Instant,
    pub line: Line,
}

impl fmt::Display for Stamped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.at, self.line)
    }
}

impl FromStr for Stamped {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        let (at, line) = text.split_once(' ').ok_or("a line without a time")?;
        Ok(Self {
            at: at.parse()?,
            line: line.parse()?,
        })
    }
}
