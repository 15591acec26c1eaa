//! A partner answers.

use std::error::Error;

use gesta::{Aggregate, AggregateRoot, App, Command, Meta, SagaStatus, SagaSummary, SendCommand};

use crate::error::LoyaltyError;
use crate::once::command_id;
use crate::partner::Partner;
use crate::partner::logistics::{Logistics, LogisticsEvent, UpgradeShipping};
use crate::partner::payment::{ChangePaymentTerms, Payment, PaymentEvent};
use crate::partner::support::{ChangeSupportTier, Support, SupportEvent};
use crate::sagas::{named, reaches};
use crate::upgrade::{Upgrade, member_of};

/// Has a partner do what an upgrade asks of it, and says where the upgrade stands then.
///
/// # Errors
/// If nobody asks for it, or it cannot be done.
pub async fn answer(app: &App, partner: Partner, upgrade: &str) -> Result<String, LoyaltyError> {
    let member = member_of(upgrade).ok_or_else(|| LoyaltyError::NotAnUpgrade {
        upgrade: upgrade.to_owned(),
    })?;
    match partner {
        Partner::Payment => {
            let cause = cause::<Payment>(
                app,
                member,
                |event| matches!(event, PaymentEvent::PaymentTermsRequested(asked) if asked.upgrade == upgrade),
            );
            let change = ChangePaymentTerms {
                upgrade: upgrade.to_owned(),
            };
            carry_out(app.send(member, change), partner, upgrade, cause.await?).await?;
        }
        Partner::Logistics => {
            let cause = cause::<Logistics>(
                app,
                member,
                |event| matches!(event, LogisticsEvent::ShippingRequested(asked) if asked.upgrade == upgrade),
            );
            let change = UpgradeShipping {
                upgrade: upgrade.to_owned(),
            };
            carry_out(app.send(member, change), partner, upgrade, cause.await?).await?;
        }
        Partner::Support => {
            let cause = cause::<Support>(
                app,
                member,
                |event| matches!(event, SupportEvent::SupportTierRequested(asked) if asked.upgrade == upgrade),
            );
            let change = ChangeSupportTier {
                upgrade: upgrade.to_owned(),
            };
            carry_out(app.send(member, change), partner, upgrade, cause.await?).await?;
        }
    }
    taken(app, partner, upgrade).await
}

/// What is stored beside the request that is answered: the answer is its consequence.
async fn cause<A: Aggregate + AggregateRoot<Id = String>>(
    app: &App,
    member: &str,
    is_request: impl Fn(&A::Event) -> bool,
) -> Result<Option<Meta>, LoyaltyError> {
    let mut events = app.history::<A>(member);
    while let Some(recorded) = events.next().await {
        let recorded = recorded?;
        if is_request(&recorded.event) {
            return Ok(Some(recorded.meta));
        }
    }
    Ok(None)
}

async fn carry_out<C: Command>(
    mut send: SendCommand<C>,
    partner: Partner,
    upgrade: &str,
    cause: Option<Meta>,
) -> Result<(), LoyaltyError>
where
    <C::Aggregate as AggregateRoot>::Error: Error + Send + Sync,
{
    if let Some(cause) = cause {
        send = send.causation(cause.command_id.to_string());
        if let Some(correlation) = cause.correlation {
            send = send.correlation(correlation);
        }
    }
    let id = command_id(&["answer", partner.as_str(), upgrade]);
    let sent = send.command_id(id).actor(partner.as_str()).await;
    let what = || format!("the answer of {partner}");
    sent.map(drop)
        .map_err(|error| LoyaltyError::not_done(what(), error))
}

/// Waits until the upgrade has taken the answer.
async fn taken(app: &App, partner: Partner, upgrade: &str) -> Result<String, LoyaltyError> {
    let is_taken = |upgrade: &SagaSummary| upgrade.done.iter().any(|step| step == partner.as_str());
    let summary = reaches(app, upgrade, is_taken).await?;
    let answered = app.saga::<Upgrade>(upgrade).state().await?.answered;
    let missing = named(|partner| !answered.contains(partner));
    let late = match answered.contains(&partner) {
        true => "",
        false => ", too late: it was escalated",
    };
    let stands = match (missing.as_str(), is_ended(&summary)) {
        ("", _) => "all have answered".to_owned(),
        (missing, false) => format!("it waits for {missing}"),
        (missing, true) => format!("it has ended without {missing}"),
    };
    Ok(format!(
        "{partner} has answered {upgrade}{late}; {stands}.\n"
    ))
}

fn is_ended(upgrade: &SagaSummary) -> bool {
    matches!(
        upgrade.status,
        SagaStatus::Completed | SagaStatus::Compensated
    )
}
