//! Who has skipped a level, and what brought it about.

use gesta::prelude::*;
use gesta::{Timestamp, Uuid};
use serde::{Deserialize, Serialize};

use crate::error::LoyaltyError;
use crate::level::Level;
use crate::member::{LevelRaised, Member, MemberJoined, PointsEarned, UpgradeConfirmed};

/// The skips of one member.
#[projection(of(Member), ignore(UpgradeConfirmed))]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    name: String,
    /// Those that no rise has counted yet.
    earned: Vec<Earned>,
    skips: Vec<Skip>,
    #[index]
    times: u32,
}

/// Points, and the event that brought them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Earned {
    position: u64,
    at: Timestamp,
    points: u64,
    reason: String,
}

/// Levels that were skipped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Skip {
    position: u64,
    command_id: Uuid,
    from: Level,
    to: Level,
    /// The event that brought most of the points.
    by: Option<Earned>,
}

#[projection]
impl Skipped {
    #[on]
    fn joined(&mut self, event: &MemberJoined) {
        self.name.clone_from(&event.name);
    }

    #[on]
    fn earned(&mut self, event: &PointsEarned, recorded: &Recorded) {
        self.earned.push(Earned {
            position: recorded.position,
            at: event.at,
            points: event.points,
            reason: event.reason.clone(),
        });
    }

    #[on]
    fn raised(&mut self, event: &LevelRaised, recorded: &Recorded) {
        let all = std::mem::take(&mut self.earned);
        let (counted, later): (Vec<_>, Vec<_>) = all
            .into_iter()
            .partition(|earned| earned.at < event.cut_off);
        self.earned = later;
        if event.from.skipped_to(event.to).is_empty() {
            return;
        }
        self.times += 1;
        self.skips.push(Skip {
            position: recorded.position,
            command_id: recorded.meta.command_id,
            from: event.from,
            to: event.to,
            by: counted.into_iter().max_by_key(|earned| earned.points),
        });
    }
}

/// Each member who has skipped a level, in words.
///
/// # Errors
/// If the read model cannot be read.
pub async fn skipped(app: &App) -> Result<String, LoyaltyError> {
    let (mut text, mut page) = (String::new(), query(app).page().await?);
    loop {
        for (member, skipped) in &page.documents {
            for skip in &skipped.skips {
                text.push_str(&format!(
                    "{member}, {}: {}",
                    skipped.name.escape_debug(),
                    said(skip)
                ));
            }
        }
        let Some(next) = page.next else { break };
        page = query(app).after(next).page().await?;
    }
    if text.is_empty() {
        text.push_str("Nobody has skipped a level.\n");
    }
    Ok(text)
}

fn query(app: &App) -> gesta::Views<Skipped> {
    app.views().between(Skipped::TIMES, 1..)
}

fn said(skip: &Skip) -> String {
    let Skip {
        from,
        to,
        position,
        command_id,
        by,
    } = skip;
    let levels: Vec<_> = from.skipped_to(*to).iter().map(Level::to_string).collect();
    let skipped = levels.join(" and ");
    let rise = format!(
        "{from} to {to}, without {skipped}\n  risen by event {position}, command {command_id}\n"
    );
    match by {
        Some(by) => format!(
            "{rise}  most of it by event {}: {} points for `{}`\n",
            by.position,
            by.points,
            by.reason.escape_debug()
        ),
        None => rise,
    }
}

#[cfg(test)]
mod tests;
