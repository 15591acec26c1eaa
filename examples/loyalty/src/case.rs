//! Cases: what people have to look after, because a partner did not answer in time.

use gesta::prelude::*;

use crate::partner::Partner;

#[event]
pub struct UpgradeEscalated {
    pub member: String,
    /// Who did not answer.
    pub partner: Partner,
}

/// The case of one upgrade, whose id it has.
#[aggregate]
#[derive(Debug, Default)]
pub struct Case {
    /// The partners that somebody has to talk to.
    pub partners: Vec<Partner>,
}

#[aggregate]
impl Case {
    #[command(upsert)]
    pub fn escalate(&self, member: String, partner: Partner) -> UpgradeEscalated {
        UpgradeEscalated { member, partner }
    }

    #[apply]
    fn escalated(&mut self, event: &UpgradeEscalated) {
        self.partners.push(event.partner);
    }
}
