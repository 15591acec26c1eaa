//! The night: every member is settled for a cut-off, once however often it is run.

use std::fmt;
use std::future::IntoFuture;
use std::time::Duration;

use gesta::{App, SendCommand};

use crate::day::Day;
use crate::error::LoyaltyError;
use crate::level::Level;
use crate::member::{Member, Settle};
use crate::once::command_id;
use crate::sagas::{is_still, reaches};
use crate::standing::Standing;
use crate::upgrade::upgrade_id;

/// How long the read models may take to show who has joined.
const PATIENCE: Duration = Duration::from_secs(60);

/// What became of a night.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Night {
    pub cut_off: Day,
    /// How many members were settled now.
    pub settled: usize,
    /// How many were settled before.
    pub before: usize,
    /// Whose levels rose now.
    pub risen: Vec<(String, Level)>,
    /// The upgrades of all whose levels rose, also in a run before, which may have been killed.
    pub upgrades: Vec<String>,
}

/// Settles all members, and waits until the partners are told.
///
/// # Errors
/// If a member cannot be settled. Run it again: those before him are not settled twice.
pub async fn nightly(app: &App, cut_off: Day) -> Result<Night, LoyaltyError> {
    if !app.wait(app.position().await?, PATIENCE).await {
        return Err(LoyaltyError::Behind);
    }
    let mut night = Night {
        cut_off,
        settled: 0,
        before: 0,
        risen: Vec::new(),
        upgrades: Vec::new(),
    };
    let mut page = app.views::<Standing>().page().await?;
    loop {
        let members = page.documents.into_iter().map(|(member, _)| member);
        night.settle(app, members.collect()).await?;
        let Some(next) = page.next else { break };
        page = app.views().after(next).page().await?;
    }
    for upgrade in &night.upgrades {
        reaches(app, upgrade, is_still).await?;
    }
    Ok(night)
}

impl Night {
    /// Settles some members, all at once.
    async fn settle(&mut self, app: &App, members: Vec<String>) -> Result<(), LoyaltyError> {
        let sent = members.into_iter().map(|member| {
            let settling = tokio::spawn(settling(app, &member, self.cut_off).into_future());
            (member, settling)
        });
        for (member, settling) in sent.collect::<Vec<_>>() {
            let done = settling.await?;
            let done =
                done.map_err(|error| LoyaltyError::not_done(format!("settling {member}"), error))?;
            match done.duplicate {
                true => self.before += 1,
                false => self.settled += 1,
            }
            if done.events == 0 {
                continue;
            }
            let level = app.load::<Member>(&member).await?.state.level;
            self.upgrades.push(upgrade_id(&member, level));
            if !done.duplicate {
                self.risen.push((member, level));
            }
        }
        Ok(())
    }
}

fn settling(app: &App, member: &str, cut_off: Day) -> SendCommand<Settle> {
    let day = cut_off.to_string();
    let settle = Settle {
        cut_off: cut_off.start(),
    };
    app.send(member, settle)
        .command_id(command_id(&["settle", member, &day]))
        .correlation(format!("{member}, night to {day}"))
        .actor("nightly")
}

impl fmt::Display for Night {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            cut_off,
            settled,
            before,
            risen,
            upgrades: _,
        } = self;
        let levels = match risen.len() {
            1 => "1 level rose".to_owned(),
            many => format!("{many} levels rose"),
        };
        writeln!(
            f,
            "Night to {cut_off}: {settled} members settled, {before} were settled before; {levels}."
        )?;
        for (member, level) in risen {
            writeln!(f, "  {member} is {level}")?;
        }
        Ok(())
    }
}
