//! What happened, in words.

use std::collections::{BTreeSet, HashMap};

use gesta::{App, Encoded, Events};

use super::log::{Commit, Stored};
use crate::case::CaseEvent;
use crate::error::LoyaltyError;
use crate::member::MemberEvent;
use crate::partner::logistics::LogisticsEvent;
use crate::partner::payment::PaymentEvent;
use crate::partner::support::SupportEvent;
use crate::upgrade::{Upgrade, member_of};

/// What happened at each position that is a saga's.
pub struct Words(HashMap<u64, String>);

impl Words {
    /// Asks the upgrades of a member: only they know what their events say.
    pub async fn read(app: &App, commits: &[Commit], member: &str) -> Result<Self, LoyaltyError> {
        let upgrades = commits.iter().filter_map(|commit| upgrade(&commit.stream));
        let own: BTreeSet<_> = upgrades
            .filter(|id| member_of(id) == Some(member))
            .collect();
        let mut words = HashMap::new();
        for upgrade in own {
            let moments = app.saga::<Upgrade>(upgrade).history().await?;
            words.extend(moments.into_iter().map(|each| (each.position, each.what)));
        }
        Ok(Self(words))
    }

    /// The events of a commit.
    pub fn of(&self, commit: &Commit) -> String {
        let aggregate = commit.stream.split('/').next().unwrap_or_default();
        let events = (commit.position..).zip(&commit.events);
        let said = events.map(|(position, event)| match self.0.get(&position) {
            Some(what) => what.clone(),
            None => said(aggregate, event),
        });
        said.collect::<Vec<_>>().join("; ")
    }
}

/// The id of the saga whose stream it is.
pub(super) fn upgrade(stream: &str) -> Option<&str> {
    stream.strip_prefix("Upgrade/")
}

fn said(aggregate: &str, event: &Stored) -> String {
    match aggregate {
        "Member" => lifted::<MemberEvent>(event),
        "Payment" => lifted::<PaymentEvent>(event),
        "Logistics" => lifted::<LogisticsEvent>(event),
        "Support" => lifted::<SupportEvent>(event),
        "Case" => lifted::<CaseEvent>(event),
        _ => event.name.clone(),
    }
}

/// An event as the struct that it is today, whatever its version.
fn lifted<E: Events>(event: &Stored) -> String {
    let encoded = Encoded {
        name: &event.name,
        version: event.schema,
        json: &event.json,
    };
    match E::decode(encoded) {
        Ok(events) => {
            let said = events
                .into_iter()
                .map(|event| format!("{:?}", event.event()));
            said.collect::<Vec<_>>().join("; ")
        }
        Err(error) => error.to_string(),
    }
}
