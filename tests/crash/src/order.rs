//! What a client asks of an account, as a value, as a word, and as a command.

use std::fmt;
use std::str::FromStr;

use gesta::{App, Committed, SendError, StoreError};
use uuid::Uuid;

use crate::account::{Deposit, Exchange, InsufficientFunds, Look, Open, Spread, Withdraw};
use crate::line::{Ack, Answer};
use crate::random::Random;

/// How many accounts there are. Few, so that commands queue up behind each other.
pub const ACCOUNTS: u32 = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Open,
    Deposit(u64),
    Spread {
        cents: u64,
        parts: usize,
    },
    Exchange(u64),
    /// The first half of a transfer. The other half has the same id.
    Out {
        cents: u64,
        to: u32,
    },
    In(u64),
    Look,
}

impl Order {
    /// Any order but half of a transfer.
    pub fn single(random: &mut Random) -> Self {
        let cents = 1 + random.below(100);
        match random.below(12) {
            0 => Self::Open,
            1..=4 => Self::Deposit(cents),
            5..=7 => Self::Spread {
                cents,
                parts: 2 + usize::try_from(random.below(6)).unwrap_or(0),
            },
            8..=10 => Self::Exchange(Self::large(random)),
            _ => Self::Look,
        }
    }

    /// An amount that is small as often as large. The large ones leave nothing behind, or are refused.
    pub fn large(random: &mut Random) -> u64 {
        let limit = 1 << random.below(15);
        1 + random.below(limit)
    }

    /// The events that it gives if it is not refused, by name and amount.
    pub fn events(self) -> Vec<(&'static str, u64)> {
        match self {
            Self::Open => vec![("AccountOpened", 0)],
            Self::Deposit(cents) | Self::In(cents) => vec![("Deposited", cents)],
            Self::Spread { cents, parts } => vec![("Deposited", cents); parts],
            Self::Exchange(cents) => vec![("Withdrawn", cents), ("Deposited", cents)],
            Self::Out { cents, .. } => vec![("Withdrawn", cents)],
            Self::Look => Vec::new(),
        }
    }

    /// How much money it brings from outside; transfers only move it.
    pub fn brings(self) -> i64 {
        match self {
            Self::Deposit(cents) => cents.cast_signed(),
            Self::Spread { cents, parts } => cents.cast_signed() * parts.cast_signed() as i64,
            _ => 0,
        }
    }

    /// Whether an account at this version, with this balance, says no.
    pub fn is_refused(self, version: u64, balance: i64) -> bool {
        match self {
            Self::Open => version > 0,
            Self::Exchange(cents) | Self::Out { cents, .. } => cents.cast_signed() > balance,
            Self::Deposit(_) | Self::Spread { .. } | Self::In(_) | Self::Look => false,
        }
    }

    pub async fn send(self, app: &App, account: u32, id: Uuid) -> Sent {
        match self {
            Self::Open => app.send(account, Open).command_id(id).await,
            Self::Deposit(cents) | Self::In(cents) => {
                app.send(account, Deposit { cents }).command_id(id).await
            }
            Self::Spread { cents, parts } => {
                let command = Spread { cents, parts };
                app.send(account, command).command_id(id).await
            }
            Self::Exchange(cents) => app.send(account, Exchange { cents }).command_id(id).await,
            Self::Out { cents, .. } => app.send(account, Withdraw { cents }).command_id(id).await,
            Self::Look => app.send(account, Look).command_id(id).await,
        }
    }
}

/// What came of sending.
pub type Sent = Result<Committed, SendError<InsufficientFunds>>;

impl Answer {
    pub fn of(sent: &Sent) -> Self {
        match sent {
            Ok(done) => Self::Acked(Ack {
                version: done.version,
                position: done.position,
                events: done.events,
                duplicate: done.duplicate,
            }),
            Err(
                SendError::Rejected(_)
                | SendError::AlreadyExists { .. }
                | SendError::NotFound { .. },
            ) => Self::Rejected,
            Err(SendError::OutcomeUnknown { .. }) => Self::Unknown,
            Err(SendError::Store(StoreError::Corrupt(_))) => Self::Wrong,
            Err(
                SendError::Conflict { .. }
                | SendError::Store(_)
                | SendError::Load(_)
                | SendError::Overloaded
                | SendError::ShuttingDown,
            ) => Self::NotTaken,
            Err(_) => Self::Wrong,
        }
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open => f.write_str("open"),
            Self::Deposit(cents) => write!(f, "deposit:{cents}"),
            Self::Spread { cents, parts } => write!(f, "spread:{cents}:{parts}"),
            Self::Exchange(cents) => write!(f, "exchange:{cents}"),
            Self::Out { cents, to } => write!(f, "out:{cents}:{to}"),
            Self::In(cents) => write!(f, "in:{cents}"),
            Self::Look => f.write_str("look"),
        }
    }
}

impl FromStr for Order {
    type Err = crate::Failure;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut words = text.split(':');
        let name = words.next().unwrap_or_default();
        let mut number = || words.next().unwrap_or_default().parse::<u64>();
        Ok(match name {
            "open" => Self::Open,
            "deposit" => Self::Deposit(number()?),
            "spread" => Self::Spread {
                cents: number()?,
                parts: usize::try_from(number()?)?,
            },
            "exchange" => Self::Exchange(number()?),
            "out" => Self::Out {
                cents: number()?,
                to: u32::try_from(number()?)?,
            },
            "in" => Self::In(number()?),
            "look" => Self::Look,
            _ => return Err(format!("`{text}` is no order").into()),
        })
    }
}
