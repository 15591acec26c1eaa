//! A writer: commands one after another, some of them in transactions that stay open for a while.

use std::time::Duration;

use gesta::Committed;
use gesta::prelude::*;
use sqlx::{Connection, PgConnection};

use crate::random::Random;

const ROUNDS: usize = 40;
/// Few, so that writers meet on them.
const ACCOUNTS: u64 = 12;

#[event]
pub struct Deposited {
    pub cents: u64,
}

#[aggregate]
#[derive(Debug, Default)]
pub struct Account {}

#[aggregate]
impl Account {
    #[command(upsert)]
    pub fn deposit(&self, cents: u64) -> Vec<Deposited> {
        (0..cents).map(|_| Deposited { cents: 1 }).collect()
    }

    #[apply]
    fn deposited(&mut self, _: &Deposited) {}
}

/// What a writer was told.
#[derive(Debug, Clone)]
pub struct Answered {
    pub id: Uuid,
    pub committed: Committed,
}

pub struct Writer {
    bank: App,
    /// Where it has transactions of its own.
    connection: Option<PgConnection>,
    random: Random,
    answered: Vec<Answered>,
}

/// Up to four milliseconds.
pub async fn pause(random: &mut Random) {
    tokio::time::sleep(Duration::from_micros(random.below(4_000))).await;
}

impl Writer {
    pub fn new(bank: App, connection: Option<PgConnection>, seed: u64) -> Self {
        Self {
            bank,
            connection,
            random: Random::new(seed),
            answered: Vec::new(),
        }
    }

    /// Writes, and gives all that was answered to be written.
    pub async fn run(mut self) -> Vec<Answered> {
        let mut connection = self.connection.take();
        for _ in 0..ROUNDS {
            match &mut connection {
                Some(connection) if self.random.below(2) == 0 => self.transact(connection).await,
                _ => self.send().await,
            }
            pause(&mut self.random).await;
        }
        self.answered
    }

    /// An account, a command for it, and an id for that.
    fn command(&mut self) -> (String, Deposit, Uuid) {
        let account = self.random.below(ACCOUNTS).to_string();
        let cents = 1 + self.random.below(3);
        (account, Deposit { cents }, Uuid::now_v7())
    }

    async fn send(&mut self) {
        let (account, deposit, id) = self.command();
        let sent = self.bank.send(account, deposit).command_id(id).await;
        let committed = sent.unwrap();
        self.answered.push(Answered { id, committed });
    }

    /// A transaction that is open for a while, and rolled back now and then, or if another one was faster.
    async fn transact(&mut self, connection: &mut PgConnection) {
        let mut transaction = connection.begin().await.unwrap();
        let mut answered = Vec::new();
        for _ in 0..=self.random.below(2) {
            let (account, deposit, id) = self.command();
            let sent = self.bank.send(account, deposit).command_id(id);
            match sent.within(&mut transaction).await {
                Ok(committed) => answered.push(Answered { id, committed }),
                Err(SendError::Conflict { .. }) => return transaction.rollback().await.unwrap(),
                Err(error) => panic!("{error:?}"),
            }
            pause(&mut self.random).await;
        }
        match self.random.below(4) {
            0 => transaction.rollback().await.unwrap(),
            _ => {
                transaction.commit().await.unwrap();
                self.answered.append(&mut answered);
            }
        }
    }
}
