//! Four members, one night and three days, in one go.

use std::time::Duration;

use gesta::testing::VirtualClock;
use gesta::{App, Clock, Timestamp};

use crate::answer::answer;
use crate::audit::audit;
use crate::day::Day;
use crate::error::LoyaltyError;
use crate::member::{Earn, Join};
use crate::nightly::nightly;
use crate::once::command_id;
use crate::partner::Partner;
use crate::sagas::list;
use crate::skipped::skipped;

/// The last is earned after the cut-off.
const MEMBERS: [(&str, &str); 4] = [
    ("M-001", "Ada Moreau"),
    ("M-002", "Björn Petrov"),
    ("M-003", "Chloé Adeyemi"),
    ("M-004", "Dragan Ilić"),
];
const EARNED: [(&str, u64, &str, &str); 7] = [
    ("M-001", 600, "order 1041", "2026-10-03T10:15:00Z"),
    ("M-001", 650, "order 1077", "2026-10-20T18:40:00Z"),
    ("M-002", 400, "order 1052", "2026-10-09T07:30:00Z"),
    ("M-002", 5_600, "a kitchen", "2026-10-24T15:05:00Z"),
    ("M-003", 900, "order 1080", "2026-10-21T12:00:00Z"),
    ("M-004", 25_000, "a boat", "2026-10-30T09:00:00Z"),
    ("M-003", 400, "order 1102", "2026-11-01T00:30:00Z"),
];
const ANSWERS: [(Partner, &str); 5] = [
    (Partner::Payment, "M-001:silver"),
    (Partner::Logistics, "M-001:silver"),
    (Partner::Support, "M-001:silver"),
    (Partner::Payment, "M-002:gold"),
    (Partner::Support, "M-002:gold"),
];
const NIGHT: &str = "2026-11-01T02:00:00Z";
const DAYS: Duration = Duration::from_secs(3 * 24 * 3_600);

/// The clock that the demonstration holds: it is the night of 1 November.
///
/// # Errors
/// None, in truth: the night is a time.
pub fn clock() -> Result<VirtualClock, LoyaltyError> {
    Ok(VirtualClock::at(NIGHT.parse()?))
}

/// Sets up the data, lets the night and three days pass, and shows what there is to be seen.
///
/// # Errors
/// If something cannot be done. Run it again: nothing is done twice.
pub async fn demo(app: &App, clock: &VirtualClock) -> Result<String, LoyaltyError> {
    set_up(app).await?;
    let cut_off = NIGHT.split('T').next().unwrap_or_default();
    let cut_off: Day = cut_off.parse().map_err(|_| gesta::InvalidTimestamp)?;
    let mut text = format!("$ loyalty nightly --cut-off {cut_off}\n");
    text.push_str(&nightly(app, cut_off).await?.to_string());
    for (partner, upgrade) in ANSWERS {
        text.push_str(&format!("\n$ loyalty answer {partner} {upgrade}\n"));
        text.push_str(&answer(app, partner, upgrade).await?);
    }
    text.push_str("\n$ loyalty sagas waiting\n");
    let waiting = Some(gesta::SagaStatus::Waiting);
    text.push_str(&list(app, waiting, clock.now()).await?);
    clock.advance(DAYS);
    text.push_str("\nThree days later\n\n$ loyalty sagas\n");
    text.push_str(&list(app, None, clock.now()).await?);
    text.push_str("\n$ loyalty skipped\n");
    text.push_str(&skipped(app).await?);
    text.push_str("\n$ loyalty audit M-002\n");
    text.push_str(&audit(app, "M-002").await?);
    Ok(text)
}

async fn set_up(app: &App) -> Result<(), LoyaltyError> {
    for (member, name) in MEMBERS {
        let name = name.to_owned();
        let joining = app.send(member, Join { name }).actor("desk");
        let joined = joining.command_id(command_id(&["demo", member])).await;
        joined.map_err(|error| LoyaltyError::not_done(format!("joining {member}"), error))?;
    }
    for (member, points, reason, at) in EARNED {
        let at: Timestamp = at.parse()?;
        let id = command_id(&["demo", member, reason]);
        let reason = reason.to_owned();
        let earning = app.send(member, Earn { points, reason, at }).actor("till");
        let earned = earning.command_id(id).await;
        earned.map_err(|error| LoyaltyError::not_done(format!("earning for {member}"), error))?;
    }
    Ok(())
}
