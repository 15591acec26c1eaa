//! The saga of a level that rose.

use gesta::prelude::*;

use crate::case::Escalate;
use crate::level::Level;
use crate::member::{ConfirmUpgrade, LevelRaised};
use crate::partner::Partner;
use crate::partner::logistics::{RequestShipping, ShippingUpgraded};
use crate::partner::payment::{PaymentTermsChanged, RequestPaymentTerms};
use crate::partner::support::{RequestSupportTier, SupportTierChanged};

/// Tells three partners of a new level, all at once, and waits for each of them for two days.
///
/// Nothing is undone: a member keeps his level, and what a partner did not do in time becomes a case.
#[saga]
#[derive(PartialEq)]
pub struct Upgrade {
    member: String,
    level: Level,
    /// Who has answered in time.
    pub answered: Vec<Partner>,
}

/// The id of an upgrade: no member comes to a level twice.
#[must_use]
pub fn upgrade_id(member: &str, level: Level) -> String {
    format!("{member}:{level}")
}

/// The member whose upgrade it is; `None` if it is the id of none.
#[must_use]
pub fn member_of(upgrade: &str) -> Option<&str> {
    upgrade.rsplit_once(':').map(|(member, _)| member)
}

#[saga]
impl Upgrade {
    #[start(correlate = upgrade_id(recorded.stream.id(), event.to))]
    fn start(event: &LevelRaised, recorded: &Recorded) -> Self {
        Self {
            member: recorded.stream.id().to_owned(),
            level: event.to,
            answered: Vec::new(),
        }
    }

    #[step(after = [], no_undo)]
    fn tell_payment(&self, ctx: &SagaContext) -> Call<RequestPaymentTerms> {
        let (upgrade, level) = (ctx.id().to_owned(), self.level);
        RequestPaymentTerms { upgrade, level }.to(&self.member)
    }

    #[step(after = [], no_undo)]
    fn tell_logistics(&self, ctx: &SagaContext) -> Call<RequestShipping> {
        let (upgrade, level) = (ctx.id().to_owned(), self.level);
        RequestShipping { upgrade, level }.to(&self.member)
    }

    #[step(after = [], no_undo)]
    fn tell_support(&self, ctx: &SagaContext) -> Call<RequestSupportTier> {
        let (upgrade, level) = (ctx.id().to_owned(), self.level);
        RequestSupportTier { upgrade, level }.to(&self.member)
    }

    #[step(awaits = PaymentTermsChanged, correlate = event.upgrade, after = [tell_payment], timeout = "2d", on_timeout = escalate_payment)]
    fn payment(&mut self, _: &PaymentTermsChanged) {
        self.answered.push(Partner::Payment);
    }

    #[step(awaits = ShippingUpgraded, correlate = event.upgrade, after = [tell_logistics], timeout = "2d", on_timeout = escalate_logistics)]
    fn logistics(&mut self, _: &ShippingUpgraded) {
        self.answered.push(Partner::Logistics);
    }

    #[step(awaits = SupportTierChanged, correlate = event.upgrade, after = [tell_support], timeout = "2d", on_timeout = escalate_support)]
    fn support(&mut self, _: &SupportTierChanged) {
        self.answered.push(Partner::Support);
    }

    fn escalate_payment(&self, ctx: &SagaContext) -> Call<Escalate> {
        self.escalate(ctx, Partner::Payment)
    }

    fn escalate_logistics(&self, ctx: &SagaContext) -> Call<Escalate> {
        self.escalate(ctx, Partner::Logistics)
    }

    fn escalate_support(&self, ctx: &SagaContext) -> Call<Escalate> {
        self.escalate(ctx, Partner::Support)
    }

    fn escalate(&self, ctx: &SagaContext, partner: Partner) -> Call<Escalate> {
        let member = self.member.clone();
        Escalate { member, partner }.to(ctx.id())
    }

    #[completed]
    fn confirm(&self) -> Call<ConfirmUpgrade> {
        let all = Partner::ALL.into_iter();
        let without = all.filter(|partner| !self.answered.contains(partner));
        ConfirmUpgrade {
            level: self.level,
            without: without.collect(),
        }
        .to(&self.member)
    }
}
