use gesta::prelude::*;

use crate::account::*;

// ANCHOR: statement
/// An account as its owner sees it.
#[projection(of(Account))]
#[derive(Debug, PartialEq)]
pub struct Statement {
    #[index]
    pub owner: String,
    #[index]
    pub balance: u64,
}

#[projection]
impl Statement {
    #[on]
    fn opened(&mut self, event: &AccountOpened) {
        self.owner = event.owner.clone()
    }
    #[on]
    fn deposited(&mut self, event: &Deposited) {
        self.balance += event.cents
    }
    #[on]
    fn withdrawn(&mut self, event: &Withdrawn) {
        self.balance -= event.cents
    }
}
// ANCHOR_END: statement

// ANCHOR: inline
#[projection(of(Account), ignore(AccountOpened), inline)]
pub struct Balance {
    pub cents: u64,
}
// ANCHOR_END: inline

#[projection]
impl Balance {
    #[on]
    fn deposited(&mut self, event: &Deposited) {
        self.cents += event.cents
    }
    #[on]
    fn withdrawn(&mut self, event: &Withdrawn) {
        self.cents -= event.cents
    }
}

// ANCHOR: live
#[projection(of(Account), ignore(AccountOpened, Withdrawn), live)]
pub struct Deposits {
    pub count: u64,
}
// ANCHOR_END: live

#[projection]
impl Deposits {
    #[on]
    fn deposited(&mut self, _: &Deposited) {
        self.count += 1
    }
}

// ANCHOR: given
#[test]
fn a_statement_shows_what_is_left() {
    let opened = |owner: &str| AccountOpened {
        owner: owner.to_owned(),
    };
    Statement::given("alice", (opened("Alice"), Deposited { cents: 500 }))
        .and("bob", opened("Bob"))
        .and("alice", Withdrawn { cents: 200 })
        .shows(
            "alice",
            Statement {
                owner: "Alice".to_owned(),
                balance: 300,
            },
        )
        .shows_keys(["alice", "bob"])
        .found_by(Statement::OWNER, "Bob", ["bob"]);
}
// ANCHOR_END: given
