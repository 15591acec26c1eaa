//! Where the upgrades stand.

use std::time::{Duration, Instant};

use gesta::{App, SagaError, SagaStatus, SagaSummary, Timestamp};

use crate::error::LoyaltyError;
use crate::partner::Partner;
use crate::upgrade::Upgrade;

/// How long an upgrade may take to get where it is waited for.
const PATIENCE: Duration = Duration::from_secs(20);
/// So many are listed.
const MOST: usize = 1_000;

/// Waits until an upgrade is where it is wanted, has ended or is stuck.
///
/// # Errors
/// If it does not come there in time, or cannot be read.
pub async fn reaches(
    app: &App,
    upgrade: &str,
    is_there: impl Fn(&SagaSummary) -> bool,
) -> Result<SagaSummary, LoyaltyError> {
    let saga = app.saga::<Upgrade>(upgrade);
    match saga.until(PATIENCE, &is_there).await {
        Ok(summary) if is_there(&summary) || !summary.status.goes_on() => Ok(summary),
        Ok(_) | Err(SagaError::NotFound { .. }) => Err(LoyaltyError::Behind),
        Err(error) => Err(error.into()),
    }
}

/// Whether it does nothing before somebody answers, or a deadline passes.
#[must_use]
pub fn is_still(summary: &SagaSummary) -> bool {
    !matches!(
        summary.status,
        SagaStatus::Running | SagaStatus::Compensating
    )
}

/// Lists the upgrades, once those are looked after whose time is over.
///
/// # Errors
/// If they cannot be read.
pub async fn list(
    app: &App,
    status: Option<SagaStatus>,
    now: Timestamp,
) -> Result<String, LoyaltyError> {
    let until = Instant::now() + PATIENCE;
    let is_late = |each: &SagaSummary| !is_still(each) || each.due.is_some_and(|due| due <= now);
    for late in all(app, None).await?.iter().filter(|each| is_late(each)) {
        let left = until.saturating_duration_since(Instant::now());
        let saga = app.saga::<Upgrade>(&late.id);
        saga.until(left, |each| !is_late(each)).await?;
    }
    let found = all(app, status).await?;
    let mut text = match found.len() {
        MOST => format!("The first {MOST} upgrades\n"),
        1 => "1 upgrade\n".to_owned(),
        many => format!("{many} upgrades\n"),
    };
    for summary in &found {
        let answered = app.saga::<Upgrade>(&summary.id).state().await?.answered;
        text.push_str(&said(summary, &answered));
    }
    Ok(text)
}

/// Finds upgrades in their read model, once it shows all that has happened.
async fn all(app: &App, status: Option<SagaStatus>) -> Result<Vec<SagaSummary>, LoyaltyError> {
    if !app.wait(app.position().await?, PATIENCE).await {
        return Err(LoyaltyError::Behind);
    }
    let query = app.sagas().of::<Upgrade>().limit(MOST);
    Ok(match status {
        Some(status) => query.status(status).await?,
        None => query.await?,
    })
}

fn said(summary: &SagaSummary, answered: &[Partner]) -> String {
    let has =
        |steps: &[String], partner: &Partner| steps.iter().any(|step| step == partner.as_str());
    let waits = named(|partner| has(&summary.at, partner));
    let escalated = named(|partner| has(&summary.done, partner) && !answered.contains(partner));
    let answered = named(|partner| answered.contains(partner));
    let mut text = format!("\n{}  {}\n", summary.id, summary.status);
    for (what, partners) in [
        ("answered", answered),
        ("waits for", waits),
        ("escalated", escalated),
    ] {
        if !partners.is_empty() {
            text.push_str(&format!("  {what}: {partners}\n"));
        }
    }
    if let Some(due) = summary.due {
        text.push_str(&format!("  until: {due}\n"));
    }
    if let Some(error) = &summary.error {
        text.push_str(&format!("  error: {error}\n"));
    }
    text
}

/// The names of those partners.
pub fn named(is_one: impl Fn(&Partner) -> bool) -> String {
    let partners = Partner::ALL.iter().filter(|partner| is_one(partner));
    let names: Vec<_> = partners.map(|partner| partner.as_str()).collect();
    names.join(", ")
}
