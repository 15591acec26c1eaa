//! One clock for all processes of a machine, so that what one of them saw can be put before what another did.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use rustix::time::{ClockId, clock_gettime};

/// Nanoseconds of the system's monotonic clock, which all processes share and nobody sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Instant(pub u64);

impl Instant {
    pub fn now() -> Self {
        let time = clock_gettime(ClockId::Monotonic);
        // It counts from the start of the machine: below zero it never is.
        let number = |part: i64| part.unsigned_abs();
        Self(number(time.tv_sec) * 1_000_000_000 + number(time.tv_nsec))
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Instant {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        text.parse().map(Self)
    }
}
