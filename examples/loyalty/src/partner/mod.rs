//! The partners: each is told of a level that rose, and answers once it has done its part.

pub mod logistics;
pub mod payment;
pub mod support;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use gesta::prelude::*;
use thiserror::Error;

use crate::level::Level;

#[value]
#[derive(Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Partner {
    Payment,
    Logistics,
    Support,
}

/// There is no such partner.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is no partner: say `payment`, `logistics` or `support`")]
pub struct NoPartner(String);

/// Nobody waits for the answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{upgrade}` is not asked for, or is answered: `loyalty sagas waiting` shows what is")]
pub struct NotAsked {
    upgrade: String,
}

impl Partner {
    pub const ALL: [Self; 3] = [Self::Payment, Self::Logistics, Self::Support];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Logistics => "logistics",
            Self::Support => "support",
        }
    }
}

impl fmt::Display for Partner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Partner {
    type Err = NoPartner;

    fn from_str(text: &str) -> Result<Self, NoPartner> {
        let mut all = Self::ALL.into_iter();
        all.find(|partner| partner.as_str() == text)
            .ok_or_else(|| NoPartner(text.to_owned()))
    }
}

/// What a partner is asked for, and has not answered.
#[derive(Debug, Default)]
struct Requests {
    levels: BTreeMap<String, Level>,
}

impl Requests {
    fn open(&mut self, upgrade: &str, level: Level) {
        self.levels.insert(upgrade.to_owned(), level);
    }

    fn close(&mut self, upgrade: &str) {
        self.levels.remove(upgrade);
    }

    fn level(&self, upgrade: &str) -> Result<Level, NotAsked> {
        let level = self.levels.get(upgrade).copied();
        level.ok_or_else(|| NotAsked {
            upgrade: upgrade.to_owned(),
        })
    }
}
