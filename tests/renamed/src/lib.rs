//! An aggregate in a package that calls Gesta something else, and that knows no serde.

use renamed::prelude::*;

/// The number of an account.
#[derive(Debug, Clone, PartialEq, AggregateId)]
#[aggregate_id(crate = renamed)]
pub struct Number(u32);

/// An account was opened.
#[event(crate = ::renamed)]
pub struct Opened {
    /// By whom.
    pub owner: String,
}

fn cents_from_units(units: u32) -> u64 {
    u64::from(units) * 100
}

/// Money came in.
#[event(version = 2, was = ["PaidIn"], crate = renamed)]
#[removed(2, note: String)]
pub struct Deposited {
    /// How much.
    #[changed(2, from = u32, with = cents_from_units)]
    pub cents: u64,
    /// In what.
    #[since(2, default = "EUR")]
    pub currency: String,
    /// By whom.
    #[renamed(2, was = "from")]
    pub owner: String,
}

/// An account was opened and paid into.
#[event(crate = renamed)]
pub struct Created {
    /// By whom.
    pub owner: String,
}

/// An account.
#[aggregate(retired("Flagged"), id = Number, crate = renamed)]
#[derive(Debug, Default)]
pub struct Account {
    /// Who has it.
    pub owner: String,
}

#[aggregate(crate = renamed)]
impl Account {
    /// Opens the account.
    #[command(create)]
    pub fn open(&self, owner: String) -> Opened {
        Opened { owner }
    }

    #[upcast]
    fn created(old: Created) -> Opened {
        Opened { owner: old.owner }
    }

    #[apply]
    fn deposited(&mut self, _: &Deposited) {}

    #[apply]
    fn opened(&mut self, event: &Opened) {
        self.owner.clone_from(&event.owner);
    }
}

/// What an account holds.
#[projection(of(Account), crate = renamed)]
pub struct Statement {
    /// Whose it is.
    #[index]
    pub owner: String,
    cents: u64,
}

#[projection(crate = renamed)]
impl Statement {
    #[on(key = recorded.stream.id())]
    fn opened(&mut self, event: &Opened, recorded: &Recorded) {
        let _ = recorded;
        self.owner.clone_from(&event.owner);
    }

    #[on]
    fn deposited(&mut self, event: &Deposited) -> Then {
        self.cents += event.cents;
        Then::Keep
    }
}

/// Opens another account.
#[saga(crate = renamed)]
pub struct Second {
    owner: String,
}

#[saga(crate = renamed)]
impl Second {
    #[start(correlate = recorded.stream.id())]
    fn start(event: &Opened, recorded: &Recorded) -> Option<Self> {
        let owner = event.owner.clone();
        (recorded.version == 1).then_some(Self { owner })
    }

    #[step(retry(times = 1), timeout = "1s", no_undo)]
    fn open(&self) -> Call<Open> {
        let owner = self.owner.clone();
        Open { owner }.to(Number(2))
    }

    #[step(effect, no_undo, after = [])]
    async fn tell(&self) -> Result<(), std::fmt::Error> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_the_names_that_it_would_have_anywhere() {
        use renamed::Command;

        assert_eq!(Open::NAME, "Account.open");
        assert_eq!("7".parse(), Ok(Number(7)));
    }

    #[test]
    fn a_projection_needs_no_serde_either() {
        use renamed::{Document, ProjectionRoot};

        assert_eq!(
            (Statement::NAME, Statement::INDEXES),
            ("Statement", &["owner"][..])
        );
    }
}
