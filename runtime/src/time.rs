//! Where time and identifiers come from: the system in production, a value that the test holds in a test.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

/// A point in time, in microseconds since 1970-01-01T00:00:00Z.
///
/// ```
/// let time = gesta::Timestamp::from_micros(1_500_000);
/// assert_eq!(time.to_string(), "1970-01-01T00:00:01.5Z");
/// assert_eq!("1970-01-01T01:00:01.5+01:00".parse(), Ok(time));
/// ```
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The point that lies this many microseconds after 1970 (before it, if negative).
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Timestamp {
    /// Writes the time as RFC 3339 in UTC; a time beyond the year 9999 as its microseconds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(time) => time.fmt(f),
            Err(_) => write!(f, "{} µs", self.0),
        }
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    /// Reads an RFC 3339 time with an offset, such as `2026-05-01T12:00:00Z`; finer than a microsecond is cut off.
    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        let time = text.parse::<jiff::Timestamp>();
        time.map(|time| Self(time.as_microsecond()))
            .map_err(|_| InvalidTimestamp)
    }
}

/// A text that is not an RFC 3339 time. Write it like `2026-05-01T12:00:00Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a time such as `2026-05-01T12:00:00Z`")]
pub struct InvalidTimestamp;

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// Makes identifiers: command ids, and what [`CommandContext::new_id`](crate::CommandContext::new_id) hands out.
pub trait Ids: Send + Sync + 'static {
    /// A new identifier, never handed out before.
    fn next(&self) -> Uuid;
}

/// The clock of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let micros = match SystemTime::now().duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_micros()).unwrap_or(i64::MAX),
            Err(before) => {
                i64::try_from(before.duration().as_micros()).map_or(i64::MIN, i64::wrapping_neg)
            }
        };
        Timestamp(micros)
    }
}

/// Version 7 UUIDs: ordered by time, so that the store appends them at the right edge of its index.
#[derive(Debug, Clone, Copy, Default)]
pub struct TimeOrderedIds;

impl Ids for TimeOrderedIds {
    fn next(&self) -> Uuid {
        Uuid::now_v7()
    }
}
