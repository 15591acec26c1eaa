//! Clients that move money, and send each command until they know that it took effect.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use gesta::{App, Committed, SendError};
use tokio::sync::watch;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::account::{Give, Take};
use crate::random::Random;

/// Few, so that clients meet on them.
pub const ACCOUNTS: u64 = 6;
const CLIENTS: u64 = 8;

/// A command that took effect, as its client was told.
#[derive(Debug)]
pub struct Done {
    pub id: Uuid,
    pub account: u64,
    /// What it brought.
    pub cents: i64,
    pub answer: Committed,
}

/// All clients of an app.
pub struct Clients {
    running: JoinSet<Vec<Done>>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    stop: AtomicBool,
    done: watch::Sender<u64>,
    retries: AtomicU64,
}

struct Client {
    app: Arc<App>,
    shared: Arc<Shared>,
    random: Random,
    done: Vec<Done>,
}

impl Clients {
    pub fn start(app: &Arc<App>, random: &mut Random) -> Self {
        let shared = Arc::<Shared>::default();
        let clients = (0..CLIENTS).map(|_| Client {
            app: Arc::clone(app),
            shared: Arc::clone(&shared),
            random: Random::new(random.number()),
            done: Vec::new(),
        });
        let running = clients.map(Client::run).collect();
        Self { running, shared }
    }

    /// Returns when so many more commands have been answered.
    pub async fn until_further(&self, commands: u64) {
        let mut done = self.shared.done.subscribe();
        let enough = *done.borrow_and_update() + commands;
        done.wait_for(|done| *done >= enough).await.unwrap();
    }

    /// How often a command had to be sent again.
    pub fn retries(&self) -> u64 {
        self.shared.retries.load(Ordering::Relaxed)
    }

    /// Lets each client end what it began.
    pub async fn finish(self) -> Vec<Done> {
        self.shared.stop.store(true, Ordering::Relaxed);
        self.running
            .join_all()
            .await
            .into_iter()
            .flatten()
            .collect()
    }
}

impl Client {
    async fn run(mut self) -> Vec<Done> {
        while !self.shared.stop.load(Ordering::Relaxed) {
            let cents = 1 + self.random.below(100).cast_signed();
            let from = self.random.below(ACCOUNTS);
            let to = (from + 1 + self.random.below(ACCOUNTS - 1)) % ACCOUNTS;
            self.move_money(from, -cents).await;
            self.move_money(to, cents).await;
        }
        self.done
    }

    /// A command, and sometimes again when it is long done.
    async fn move_money(&mut self, account: u64, cents: i64) {
        let id = Uuid::from_u64_pair(self.random.number(), self.random.number());
        let answer = self.send(id, account, cents).await;
        self.shared.done.send_modify(|done| *done += 1);
        self.done.push(Done {
            id,
            account,
            cents,
            answer,
        });
        if self.random.below(8) == 0 {
            let again = self.send(id, account, cents).await;
            assert!(again.duplicate, "{again:?} after {answer:?}");
            let place = |done: Committed| (done.version, done.position, done.events);
            assert_eq!(place(again), place(answer));
        }
    }

    /// Sends it blindly, until an answer says that it took effect.
    async fn send(&self, id: Uuid, account: u64, cents: i64) -> Committed {
        loop {
            let amount = cents.unsigned_abs();
            let sent = if cents < 0 {
                let take = Take { cents: amount };
                self.app.send(account, take).command_id(id).await
            } else {
                let give = Give { cents: amount };
                self.app.send(account, give).command_id(id).await
            };
            match sent {
                Ok(done) => return done,
                Err(
                    SendError::Store(_)
                    | SendError::Load(_)
                    | SendError::Conflict { .. }
                    | SendError::OutcomeUnknown { .. },
                ) => {}
                Err(error) => panic!("{error}: {error:?}"),
            }
            self.shared.retries.fetch_add(1, Ordering::Relaxed);
            // So that an outage is not only spent on asking.
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}
