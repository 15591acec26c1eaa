//! The levels of the scheme.

use std::fmt;

use gesta::prelude::*;

/// What a member's points have raised him to.
#[value]
#[derive(Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    #[default]
    Bronze,
    Silver,
    Gold,
    Platinum,
}

impl Level {
    pub const ALL: [Self; 4] = [Self::Bronze, Self::Silver, Self::Gold, Self::Platinum];

    /// How many points it takes.
    #[must_use]
    pub fn points(self) -> u64 {
        match self {
            Self::Bronze => 0,
            Self::Silver => 1_000,
            Self::Gold => 5_000,
            Self::Platinum => 20_000,
        }
    }

    /// The highest that so many points give.
    #[must_use]
    pub fn of(points: u64) -> Self {
        let reached = Self::ALL
            .into_iter()
            .filter(|level| level.points() <= points);
        reached.max().unwrap_or_default()
    }

    /// Those that lie between this one and another.
    #[must_use]
    pub fn skipped_to(self, to: Self) -> Vec<Self> {
        let between = Self::ALL.into_iter();
        between
            .filter(|level| self < *level && *level < to)
            .collect()
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Bronze => "bronze",
            Self::Silver => "silver",
            Self::Gold => "gold",
            Self::Platinum => "platinum",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_begins_at_its_points() {
        for (points, level) in [
            (0, Level::Bronze),
            (999, Level::Bronze),
            (1_000, Level::Silver),
            (4_999, Level::Silver),
            (5_000, Level::Gold),
            (19_999, Level::Gold),
            (20_000, Level::Platinum),
        ] {
            assert_eq!(Level::of(points), level, "{points}");
        }
    }

    #[test]
    fn what_lies_between_is_skipped() {
        assert_eq!(Level::Bronze.skipped_to(Level::Silver), []);
        assert_eq!(Level::Bronze.skipped_to(Level::Gold), [Level::Silver]);
        let two = [Level::Silver, Level::Gold];
        assert_eq!(Level::Bronze.skipped_to(Level::Platinum), two);
    }
}
