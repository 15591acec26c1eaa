//! The aggregate that the tests use.

use gesta::prelude::*;

#[event]
pub struct AccountOpened {
    pub owner: String,
}

#[event]
pub struct Deposited {
    pub cents: u64,
}

#[event]
pub struct Withdrawn {
    pub cents: u64,
}

#[event]
pub struct AccountClosed {}

#[derive(Debug, thiserror::Error, PartialEq)]
pub enum Refused {
    #[error("{requested} cents requested, {available} available")]
    InsufficientFunds { requested: u64, available: u64 },
}

#[aggregate(error = Refused)]
#[derive(Debug, Default, PartialEq)]
pub struct Account {
    pub owner: String,
    pub balance: u64,
    pub closed: bool,
}

#[aggregate]
impl Account {
    #[command(create)]
    pub fn open(&self, owner: String) -> AccountOpened {
        AccountOpened { owner }
    }

    #[command]
    pub fn deposit(&self, cents: u64) -> Deposited {
        Deposited { cents }
    }

    #[command]
    pub fn withdraw(&self, cents: u64) -> Result<Withdrawn, Refused> {
        if cents > self.balance {
            return Err(Refused::InsufficientFunds {
                requested: cents,
                available: self.balance,
            });
        }
        Ok(Withdrawn { cents })
    }

    /// Gives two events, or none of them.
    #[command]
    pub fn exchange(&self, out: u64, back: u64) -> Result<(Withdrawn, Deposited), Refused> {
        Ok((self.withdraw(out)?, Deposited { cents: back }))
    }

    /// Changes nothing if the account is closed.
    #[command]
    pub fn close(&self) -> Option<AccountClosed> {
        (!self.closed).then_some(AccountClosed {})
    }

    #[command(upsert)]
    pub fn gift(&self, cents: u64) -> Deposited {
        Deposited { cents }
    }

    #[command]
    pub fn panic_while_deciding(&self) -> Deposited {
        panic!("decided badly")
    }

    #[command(upsert)]
    pub fn gift_many(&self, cents: u64, times: usize) -> Vec<Deposited> {
        vec![Deposited { cents }; times]
    }

    #[command]
    pub fn panic_if_rich(&self) -> Deposited {
        assert!(self.balance <= 50, "too rich");
        Deposited { cents: 1 }
    }

    #[apply]
    fn opened(&mut self, event: &AccountOpened) {
        self.owner.clone_from(&event.owner);
    }

    #[apply]
    fn deposited(&mut self, event: &Deposited) {
        self.balance = self.balance.checked_add(event.cents).expect("too much");
        assert!(event.cents != PANICS, "applied badly");
    }

    #[apply]
    fn withdrawn(&mut self, event: &Withdrawn) {
        self.balance -= event.cents;
    }

    #[apply]
    fn closed(&mut self, _: &AccountClosed) {
        self.closed = true;
    }
}

/// A deposit that the account cannot apply.
pub const PANICS: u64 = 666_666;

pub fn open() -> Open {
    Open {
        owner: "Alice".into(),
    }
}

pub async fn bank_on(store: impl gesta::store::IntoStore) -> App {
    App::builder()
        .store(store)
        .aggregate::<Account>()
        .start()
        .await
        .unwrap()
}

/// An app in which `alice` has an account with so much on it.
pub async fn bank_with(store: impl gesta::store::IntoStore, cents: u64) -> App {
    let bank = bank_on(store).await;
    bank.send("alice", open()).await.unwrap();
    bank.send("alice", Deposit { cents }).await.unwrap();
    bank
}

pub async fn balance(bank: &App, id: &str) -> u64 {
    bank.load::<Account>(id).await.unwrap().state.balance
}

/// Lets every task that is ready run.
pub async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

/// What stands beside an event that no command of ours made.
pub fn meta() -> gesta::Meta {
    gesta::Meta {
        command_id: uuid::Uuid::now_v7(),
        time: gesta::Timestamp::from_micros(0),
        correlation: None,
        causation: None,
        actor: None,
    }
}
