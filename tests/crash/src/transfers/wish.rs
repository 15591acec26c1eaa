//! A transfer that a client asks for, as a value, as a word, and as a command.

use std::fmt;
use std::str::FromStr;

use gesta::{App, Committed, SendError, StoreError};
use uuid::Uuid;

use super::load::Transfers;
use super::transfer::Request;
use crate::line::{Ack, Answer};
use crate::random::Random;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    pub from: u32,
    pub to: u32,
    pub cents: u64,
}

impl Wish {
    pub fn draw(random: &mut Random, transfers: Transfers) -> Self {
        let wallets = transfers.wallets();
        let from = wallet(random, wallets);
        // Any other.
        let further = 1 + u32::try_from(random.below(u64::from(wallets) - 1)).unwrap_or(0);
        Self {
            from,
            to: (from + further) % wallets,
            cents: transfers.cents(random),
        }
    }

    /// Asks for it; the transfer and the command that asks have the same id.
    pub async fn send(self, app: &App, id: Uuid) -> Answer {
        let Self { from, to, cents } = self;
        let request = Request { from, to, cents };
        answer(&app.send(id.to_string(), request).command_id(id).await)
    }
}

pub fn wallet(random: &mut Random, wallets: u32) -> u32 {
    u32::try_from(random.below(u64::from(wallets))).unwrap_or(0)
}

/// Small as often as large: more than the one wallet has, or than the other takes.
pub fn cents(random: &mut Random) -> u64 {
    let limit = 1 << random.below(11);
    1 + random.below(limit)
}

/// Nothing refuses a transfer, so each refusal is wrong.
fn answer(sent: &Result<Committed, SendError<impl std::error::Error + 'static>>) -> Answer {
    match sent {
        Ok(done) => Answer::Acked(Ack {
            version: done.version,
            position: done.position,
            events: done.events,
            duplicate: done.duplicate,
        }),
        Err(SendError::OutcomeUnknown { .. }) => Answer::Unknown,
        Err(SendError::Store(StoreError::Corrupt(_))) => Answer::Wrong,
        Err(
            SendError::Conflict { .. }
            | SendError::Store(_)
            | SendError::Load(_)
            | SendError::Overloaded
            | SendError::ShuttingDown,
        ) => Answer::NotTaken,
        Err(_) => Answer::Wrong,
    }
}

impl fmt::Display for Wish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.from, self.to, self.cents)
    }
}

impl FromStr for Wish {
    type Err = crate::Failure;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut words = text.split(':');
        let mut word = || words.next().unwrap_or_default();
        Ok(Self {
            from: word().parse()?,
            to: word().parse()?,
            cents: word().parse()?,
        })
    }
}
