//! Days, as people write them.

use std::fmt;
use std::str::FromStr;

use gesta::Timestamp;
use thiserror::Error;

/// A day, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    start: Timestamp,
}

/// What was meant to be a day is none. Write it like `2026-11-01`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is no day such as `2026-11-01`")]
pub struct NotADay(String);

impl Day {
    /// The moment at which it begins.
    #[must_use]
    pub fn start(self) -> Timestamp {
        self.start
    }
}

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        let start = format!("{text}T00:00:00Z").parse();
        let day = start.map(|start| Self { start });
        day.ok()
            .filter(|day| day.to_string() == text)
            .ok_or_else(|| NotADay(text.to_owned()))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = self.start.to_string();
        f.pad(start.split('T').next().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_as_it_is_written() {
        let day: Day = "2026-11-01".parse().unwrap();
        assert_eq!(day.start(), "2026-11-01T00:00:00Z".parse().unwrap());
        assert_eq!(day.to_string(), "2026-11-01");
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in [
            "",
            "today",
            "2026-02-30",
            "20261101",
            "2026-11-01T00:00:00Z",
        ] {
            assert_eq!(text.parse::<Day>(), Err(NotADay(text.to_owned())));
        }
    }
}
