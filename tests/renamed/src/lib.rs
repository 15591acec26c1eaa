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

/// An account.
#[aggregate(id = Number, crate = renamed)]
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

    #[apply]
    fn opened(&mut self, event: &Opened) {
        self.owner.clone_from(&event.owner);
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
}
