//! The read models that are folded beside the load, and which of them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use gesta::prelude::*;
use gesta::{App, AppBuilder, Projection};
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::account::{Account, AccountOpened, Deposited, Withdrawn};
use crate::random::Random;

/// For how long a process holds a read model that it does not renew. Short, so that many leases run out.
pub const LEASE: Duration = Duration::from_millis(300);
/// In which an order of events is told from any other.
const BASE: u64 = 31;

/// Which are folded. All processes on a database fold the same ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadModels {
    /// None.
    None,
    /// Those that follow the log.
    Later,
    /// The one that is folded in the append, too.
    All,
}

impl ReadModels {
    const NAMED: [(Self, &'static str); 3] = [
        (Self::None, "none"),
        (Self::Later, "later"),
        (Self::All, "all"),
    ];

    /// Registers them with an app.
    pub fn fold(self, app: AppBuilder) -> AppBuilder {
        let app = app.aggregate::<Account>().lease(LEASE);
        match self {
            Self::None => app,
            Self::Later => later(app),
            Self::All => later(app).projection::<Balance>(),
        }
    }

    /// Begins to build one of them anew, or gives that up.
    pub async fn rebuild(self, app: &App, random: &mut Random) -> Result<(), gesta::StoreError> {
        let gives_up = random.one_in(8);
        match random.below(4) {
            0 => rebuild::<Statement>(app, gives_up).await,
            1 => rebuild::<Sizes>(app, gives_up).await,
            2 => rebuild::<Purse>(app, gives_up).await,
            _ if self == Self::All => rebuild::<Balance>(app, gives_up).await,
            _ => Ok(()),
        }
    }
}

fn later(app: AppBuilder) -> AppBuilder {
    app.projection::<Statement>()
        .projection::<Sizes>()
        .projection::<Purse>()
}

async fn rebuild<P: Projection>(app: &App, gives_up: bool) -> Result<(), gesta::StoreError> {
    let projection = app.projection::<P>();
    if gives_up {
        projection.cancel().await?;
    } else {
        projection.rebuild().await?;
    }
    Ok(())
}

impl fmt::Display for ReadModels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = Self::NAMED.into_iter().find(|(each, _)| each == self);
        f.write_str(named.map_or("", |(_, name)| name))
    }
}

impl FromStr for ReadModels {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        let named = Self::NAMED.into_iter().find(|(_, name)| *name == text);
        named
            .map(|(each, _)| each)
            .ok_or_else(|| format!("`{text}` is none of the read models").into())
    }
}

/// All that happened to an account, in order.
#[projection(of(Account))]
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Statement {
    pub balance: i64,
    pub events: u64,
    /// Made of the positions, so that one left out, doubled or out of order is seen.
    pub trail: u64,
}

impl Statement {
    fn take(&mut self, cents: i64, recorded: &Recorded) {
        self.balance += cents;
        self.events += 1;
        self.trail = after(self.trail, recorded.position);
    }
}

#[projection]
impl Statement {
    #[on]
    fn opened(&mut self, _: &AccountOpened, recorded: &Recorded) {
        self.take(0, recorded);
    }
    #[on]
    fn deposited(&mut self, event: &Deposited, recorded: &Recorded) {
        self.take(event.cents.cast_signed(), recorded);
    }
    #[on]
    fn withdrawn(&mut self, event: &Withdrawn, recorded: &Recorded) {
        self.take(-event.cents.cast_signed(), recorded);
    }
}

/// The amounts of all accounts by their size: each event is in two documents, and one of them has all events.
#[projection(of(Account), ignore(AccountOpened))]
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Sizes {
    pub sum: u64,
    pub trail: u64,
}

impl Sizes {
    fn take(&mut self, cents: u64, recorded: &Recorded) {
        self.sum += cents;
        self.trail = after(self.trail, recorded.position);
    }
}

#[projection]
impl Sizes {
    #[on(keys = sizes(event.cents))]
    fn deposited(&mut self, event: &Deposited, recorded: &Recorded) {
        self.take(event.cents, recorded);
    }
    #[on(keys = sizes(event.cents))]
    fn withdrawn(&mut self, event: &Withdrawn, recorded: &Recorded) {
        self.take(event.cents, recorded);
    }
}

/// What was put into an account since a withdrawal that ended its document, as every fourth does; found by what it holds.
#[projection(of(Account), ignore(AccountOpened))]
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Purse {
    #[index]
    pub cents: i64,
    #[index]
    pub is_odd: bool,
    pub events: u64,
}

impl Purse {
    fn take(&mut self, cents: i64) {
        self.cents += cents;
        self.is_odd = self.cents % 2 != 0;
        self.events += 1;
    }
}

#[projection]
impl Purse {
    #[on]
    fn deposited(&mut self, event: &Deposited) {
        self.take(event.cents.cast_signed());
    }
    #[on]
    fn withdrawn(&mut self, event: &Withdrawn) -> Then {
        self.take(-event.cents.cast_signed());
        if event.cents.is_multiple_of(4) {
            Then::Delete
        } else {
            Then::Keep
        }
    }
}

/// The balance, as each command leaves it.
#[projection(of(Account), inline)]
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Balance {
    pub cents: i64,
    pub version: u64,
}

impl Balance {
    fn take(&mut self, cents: i64, recorded: &Recorded) {
        self.cents += cents;
        self.version = recorded.version;
    }
}

#[projection]
impl Balance {
    #[on]
    fn opened(&mut self, _: &AccountOpened, recorded: &Recorded) {
        self.take(0, recorded);
    }
    #[on]
    fn deposited(&mut self, event: &Deposited, recorded: &Recorded) {
        self.take(event.cents.cast_signed(), recorded);
    }
    #[on]
    fn withdrawn(&mut self, event: &Withdrawn, recorded: &Recorded) {
        self.take(-event.cents.cast_signed(), recorded);
    }
}

fn after(trail: u64, position: u64) -> u64 {
    trail.wrapping_mul(BASE).wrapping_add(position)
}

fn sizes(cents: u64) -> [String; 2] {
    [
        "all".to_owned(),
        format!("below 2^{}", 64 - cents.leading_zeros()),
    ]
}
