//! Where time and identifiers come from: the system in production, a value that the test holds in a test.

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

/// A point in time, in microseconds since 1970-01-01T00:00:00Z.
///
/// ```
/// let time = gesta::Timestamp::from_micros(1_500_000);
/// assert_eq!(time.to_string(), "1970-01-01T00:00:01.5Z");
/// assert_eq!("1970-01-01T01:00:01.5+01:00".parse(), Ok(time));
///
/// let due = time + std::time::Duration::from_secs(14 * 24 * 3_600);
/// assert_eq!(due.to_string(), "1970-01-15T00:00:01.5Z");
/// assert_eq!(due.duration_since(time).as_secs(), 1_209_600);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
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

impl Timestamp {
    /// How long after `earlier` it is; nothing if it is not after it.
    #[must_use]
    pub const fn duration_since(self, earlier: Self) -> Duration {
        let micros = self.0.saturating_sub(earlier.0);
        Duration::from_micros(if micros > 0 {
            micros.cast_unsigned()
        } else {
            0
        })
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    /// The time so much later, cut to microseconds; the last that there is, if it lies beyond.
    fn add(self, duration: Duration) -> Self {
        let micros = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(micros))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    /// The time so much earlier, cut to microseconds; the first that there is, if it lies before.
    fn sub(self, duration: Duration) -> Self {
        let micros = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        Self(self.0.saturating_sub(micros))
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
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
