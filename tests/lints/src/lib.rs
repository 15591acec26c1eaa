//! An aggregate under every lint that a user may have switched on. `cargo clippy` is the test.

#![deny(warnings, missing_docs, missing_debug_implementations, unreachable_pub)]
#![deny(
    unused,
    nonstandard_style,
    future_incompatible,
    rust_2018_idioms,
    let_underscore
)]
#![deny(
    single_use_lifetimes,
    unused_qualifications,
    unused_lifetimes,
    trivial_casts,
    trivial_numeric_casts
)]
#![deny(unsafe_code, variant_size_differences, elided_lifetimes_in_paths)]
#![deny(clippy::all, clippy::pedantic, clippy::cargo)]
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::todo
)]
#![allow(
    clippy::cargo_common_metadata,
    clippy::multiple_crate_versions,
    reason = "of the workspace, not of the code"
)]

use gesta::prelude::*;
use serde::{Deserialize, Serialize};

mod inner;

pub use inner::{Lamp, commands};

/// The number of an account.
#[derive(Debug, Clone, PartialEq, Eq, Hash, AggregateId)]
pub struct Number(u32);

/// An account was opened.
#[event]
pub struct Opened {
    /// By whom.
    pub owner: String,
    /// What was agreed.
    pub terms: [u64; 32],
}

/// Money came in.
#[event]
#[derive(PartialEq, Eq)]
pub struct Deposited {
    /// How much.
    pub cents: u64,
}

/// The account was closed.
#[event]
pub struct Closed;

fn cents_from_units(units: u32) -> u64 {
    u64::from(units) * 100
}

/// Money went out, as it was stored at first.
#[event(name = "Withdrawn")]
pub struct WithdrawnV1 {
    /// How much.
    pub units: u32,
}

/// Money went out.
#[event(version = 4, from = WithdrawnV1, was = ["PaidOut"])]
#[removed(4, note: Option<String>)]
#[removed(4, code: u8, since = 3)]
pub struct Withdrawn {
    /// How much.
    #[changed(3, from = u32, with = cents_from_units)]
    pub cents: u64,
    /// In what.
    #[since(3, default = "EUR")]
    pub currency: String,
    /// By whom.
    #[renamed(4, was = "by")]
    pub owner: String,
    /// What for.
    #[since(4, default)]
    #[deprecated(note = "nobody reads it")]
    pub reason: String,
}

impl From<WithdrawnV1> for Withdrawn {
    #[allow(deprecated, reason = "it is a field all the same")]
    fn from(old: WithdrawnV1) -> Self {
        Self {
            cents: cents_from_units(old.units),
            currency: "EUR".to_owned(),
            owner: String::new(),
            reason: String::new(),
        }
    }
}

/// An account was opened and paid into.
#[event]
pub struct Created {
    /// By whom.
    pub owner: String,
}

/// The command was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the account is closed")]
pub struct Refused;

/// An account.
#[aggregate(id = Number, error = Refused, snapshot(every = 100), retired("Flagged"))]
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Account {
    balance: u64,
    open: bool,
}

#[aggregate]
impl Account {
    /// Opens the account.
    #[command(create)]
    pub fn open(
        &self,
        /// Who it is for.
        owner: String,
    ) -> Opened {
        Opened {
            owner,
            terms: [0; 32],
        }
    }

    /// Puts money in.
    ///
    /// # Errors
    /// [`Refused`] if the account is closed.
    #[command]
    pub fn deposit(&self, cents: u64) -> Result<Deposited, Refused> {
        if self.open {
            Ok(Deposited { cents })
        } else {
            Err(Refused)
        }
    }

    /// Sets everything at once.
    #[command(upsert)]
    pub fn configure(&self, quick: bool, loud: bool, bright: bool, note: String) -> Option<Closed> {
        (quick && loud && bright && note.is_empty()).then_some(Closed)
    }

    /// Closes the account.
    #[command]
    #[deprecated(note = "accounts are archived")]
    pub fn close(&self) -> Closed {
        Closed
    }

    #[apply]
    fn opened(&mut self, _: &Opened) {
        self.open = true;
    }

    #[apply]
    fn deposited(&mut self, event: &Deposited) {
        self.balance += event.cents;
    }

    #[upcast]
    fn created(old: Created) -> Opened {
        Opened {
            owner: old.owner,
            terms: [0; 32],
        }
    }

    #[apply]
    fn withdrawn(&mut self, event: &Withdrawn) {
        self.balance -= event.cents;
    }

    #[apply]
    fn closed(&mut self, _: &Closed) {
        self.open = false;
    }
}

/// Why an event cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("nobody has that much")]
pub struct Overflow;

/// What an account holds.
#[projection(of(Account, Created), ignore(Closed), version = 2, on_error = park)]
#[derive(Debug)]
pub struct Statement {
    /// Whose it is.
    #[index]
    pub owner: String,
    #[index]
    balance: u64,
    events: u8,
}

#[projection]
impl Statement {
    #[on]
    fn opened(&mut self, event: &Opened) {
        self.owner.clone_from(&event.owner);
    }

    /// Money comes in.
    ///
    /// # Errors
    /// [`Overflow`] if there is too much of it.
    #[on]
    pub fn deposited(&mut self, event: &Deposited, _: &Recorded) -> Result<(), Overflow> {
        let sum = self.balance.checked_add(event.cents);
        self.balance = sum.ok_or(Overflow)?;
        Ok(())
    }

    #[on(keys = [event.owner, event.currency])]
    fn withdrawn(&mut self, event: &Withdrawn, recorded: &Recorded) -> Then {
        if recorded.version > 100 {
            return Then::Delete;
        }
        self.balance -= event.cents;
        Then::Keep
    }

    #[on(key = format!("{}-{}", event.owner, recorded.position))]
    fn created(&mut self, event: &Created, recorded: &Recorded) {
        let _ = (event, recorded);
        self.events += 1;
    }
}

/// Pays the opener of an account, or takes it back.
#[saga(version = 2)]
pub struct Welcome {
    /// Whom.
    pub owner: String,
    times: u8,
}

#[saga]
impl Welcome {
    #[start]
    fn start(event: &Opened, recorded: &Recorded) -> Option<Self> {
        (recorded.version == 1).then(|| Self {
            owner: event.owner.clone(),
            times: 0,
        })
    }

    /// Puts money in.
    #[step(undo = put_back, retry(times = 2, backoff = "1s"), timeout = "1m", on_timeout = configured)]
    fn deposited(&self) -> Call<Deposit> {
        Deposit { cents: 100 }.to(Number(1))
    }

    #[step(effect, pivot)]
    async fn tell(&self, ctx: &EffectContext) -> Result<u64, Refused> {
        let _ = ctx.idempotency_key();
        Err(Refused)
    }

    #[step(awaits = Closed)]
    fn closed(&mut self, _: &Closed) {
        self.times += 1;
    }

    #[undo]
    fn put_back(&self, _: &SagaContext) -> Call<Deposit> {
        Deposit { cents: 0 }.to(Number(1))
    }

    fn configured(&self) -> Option<Call<Deposit>> {
        None
    }

    #[on(correlate = event.owner)]
    fn withdrawn(&mut self, event: &Withdrawn) -> Result<(Call<Deposit>, End), Refused> {
        if event.cents == 0 {
            return Err(Refused);
        }
        Ok((Deposit { cents: event.cents }.to(Number(1)), End))
    }

    #[failed]
    fn failed(&self, failure: &Failure) -> Option<Call<Deposit>> {
        failure
            .is_timeout()
            .then(|| Deposit { cents: 1 }.to(Number(1)))
    }
}

/// A saga without state.
#[saga]
pub struct Greeting;

#[saga]
impl Greeting {
    #[on]
    fn greet(event: &Created) -> Call<Deposit> {
        let cents = u64::from(!event.owner.is_empty());
        Deposit { cents }.to(Number(1))
    }
}
