//! Each member as he stands: what the night goes through.

use gesta::prelude::*;

use crate::level::Level;
use crate::member::{LevelRaised, Member, MemberJoined, PointsEarned, UpgradeConfirmed};

#[projection(of(Member), ignore(UpgradeConfirmed))]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub name: String,
    pub level: Level,
    /// All points, also those after the last cut-off.
    pub points: u64,
}

#[projection]
impl Standing {
    #[on]
    fn joined(&mut self, event: &MemberJoined) {
        self.name.clone_from(&event.name);
    }

    #[on]
    fn earned(&mut self, event: &PointsEarned) {
        self.points = self.points.saturating_add(event.points);
    }

    #[on]
    fn raised(&mut self, event: &LevelRaised) {
        self.level = event.to;
    }
}
