//! Members: they earn points, and their levels rise.

use gesta::Timestamp;
use gesta::prelude::*;
use thiserror::Error;

use crate::level::Level;
use crate::partner::Partner;

#[event]
pub struct MemberJoined {
    pub name: String,
}

/// Points came in.
///
/// At first it was `{ points: u32, note: String }`. Version 2 says since when they count, and calls the note a reason;
/// version 3 counts further than four billion.
#[event(version = 3)]
pub struct PointsEarned {
    #[changed(3, from = u32, with = u64::from)]
    pub points: u64,
    #[renamed(2, was = "note")]
    pub reason: String,
    /// Points of version 1 count since 1970: for every cut-off.
    #[since(2, default)]
    pub at: Timestamp,
}

#[event]
pub struct LevelRaised {
    pub from: Level,
    pub to: Level,
    /// How many points there were before the cut-off.
    pub points: u64,
    pub cut_off: Timestamp,
}

/// Every partner has answered, or its time was over.
#[event]
pub struct UpgradeConfirmed {
    pub level: Level,
    /// Those that did not answer in time.
    pub without: Vec<Partner>,
}

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refused {
    #[error("no points are earned: give 1 or more")]
    NoPoints,
}

#[aggregate(error = Refused)]
#[derive(Debug, Default)]
pub struct Member {
    pub level: Level,
    /// All that was earned, and since when it counts.
    earned: Vec<(Timestamp, u64)>,
}

#[aggregate]
impl Member {
    #[command(create)]
    pub fn join(&self, name: String) -> MemberJoined {
        MemberJoined { name }
    }

    #[command]
    pub fn earn(
        &self,
        points: u64,
        reason: String,
        at: Timestamp,
    ) -> Result<PointsEarned, Refused> {
        match points {
            0 => Err(Refused::NoPoints),
            points => Ok(PointsEarned { points, reason, at }),
        }
    }

    /// Raises the level to what the points give that were earned before the cut-off.
    #[command]
    pub fn settle(&self, cut_off: Timestamp) -> Option<LevelRaised> {
        let points = self.points_before(cut_off);
        let (from, to) = (self.level, Level::of(points));
        (to > from).then_some(LevelRaised {
            from,
            to,
            points,
            cut_off,
        })
    }

    #[command]
    pub fn confirm_upgrade(&self, level: Level, without: Vec<Partner>) -> UpgradeConfirmed {
        UpgradeConfirmed { level, without }
    }

    #[apply]
    fn joined(&mut self, _: &MemberJoined) {}

    #[apply]
    fn earned(&mut self, event: &PointsEarned) {
        self.earned.push((event.at, event.points));
    }

    #[apply]
    fn raised(&mut self, event: &LevelRaised) {
        self.level = event.to;
    }

    #[apply]
    fn confirmed(&mut self, _: &UpgradeConfirmed) {}
}

impl Member {
    fn points_before(&self, cut_off: Timestamp) -> u64 {
        let earned = self.earned.iter().filter(|(at, _)| *at < cut_off);
        earned.fold(0, |sum, (_, points)| sum.saturating_add(*points))
    }
}
