//! One client: transfers, single commands, and blind retries of what it sent before.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::voice::say;
use super::{World, asking};
use crate::line::{Answer, Key, Line};
use crate::order::{ACCOUNTS, Order};
use crate::random::Random;
use crate::transfers::Transfers;

/// How many of its own commands a client remembers, to send them again.
const MEMORY: usize = 16;
/// How long a client waits before it sends again what was not taken.
pub(super) const BACKOFF: Duration = Duration::from_millis(5);
/// One thing in so many that a client does is about transfers by sagas.
const ASKING: u64 = 3;

pub struct Client {
    world: Arc<World>,
    random: Random,
    past: VecDeque<(Key, Order)>,
}

impl Client {
    pub(super) fn new(world: &Arc<World>, random: Random) -> Self {
        Self {
            world: Arc::clone(world),
            random,
            past: VecDeque::with_capacity(MEMORY),
        }
    }

    pub async fn run(mut self) {
        while !self.world.stop.load(Ordering::SeqCst) {
            if self.asks() {
                asking::any(&self.world, &mut self.random).await;
                continue;
            }
            match self.random.below(16) {
                0 => self.retry().await,
                1 => self.twice_at_once().await,
                2 | 3 => self.common().await,
                4..=9 => self.transfer().await,
                _ => self.single().await,
            }
        }
    }

    fn asks(&mut self) -> bool {
        match self.world.transfers {
            Transfers::None => false,
            Transfers::Beside => self.random.one_in(ASKING),
            Transfers::Alone => true,
        }
    }

    async fn single(&mut self) {
        let (key, order) = (self.key(), Order::single(&mut self.random));
        self.perform(key, order).await;
    }

    async fn transfer(&mut self) {
        let key = self.key();
        // Any account but the one that pays.
        let further = 1 + u32::try_from(self.random.below(u64::from(ACCOUNTS) - 1)).unwrap_or(0);
        let to = (key.account + further) % ACCOUNTS;
        let cents = Order::large(&mut self.random);
        let taken = self.perform(key, Order::Out { cents, to }).await;
        if matches!(taken, Answer::Acked(_)) {
            self.perform(Key { account: to, ..key }, Order::In(cents))
                .await;
        }
    }

    /// Sends something from long ago again, whatever became of it.
    async fn retry(&mut self) {
        if let Some((key, order)) = self.past.pop_front() {
            self.perform(key, order).await;
        }
    }

    /// A retry that overtakes the answer.
    async fn twice_at_once(&mut self) {
        let (key, order) = (self.key(), Order::single(&mut self.random));
        tokio::join!(
            perform(&self.world, key, order),
            perform(&self.world, key, order)
        );
    }

    /// Sends what each process that was given the same number sends: those beside it and those after it.
    async fn common(&mut self) {
        let number = self.world.common_sent.fetch_add(1, Ordering::SeqCst);
        let mut random = self.world.common.fork(number);
        let key = Key {
            id: random.uuid(),
            account: account(&mut random),
        };
        self.perform(key, Order::single(&mut random)).await;
    }

    fn key(&mut self) -> Key {
        Key {
            id: self.random.uuid(),
            account: account(&mut self.random),
        }
    }

    async fn perform(&mut self, key: Key, order: Order) -> Answer {
        if self.past.len() == MEMORY {
            self.past.pop_front();
        }
        self.past.push_back((key, order));
        perform(&self.world, key, order).await
    }
}

fn account(random: &mut Random) -> u32 {
    u32::try_from(random.below(u64::from(ACCOUNTS))).unwrap_or(0)
}

/// Sends, and sends again under the same id for as long as there is no answer that tells: blindly, as an application would.
async fn perform(world: &World, key: Key, order: Order) -> Answer {
    loop {
        let answer = perform_once(world, key, order).await;
        let told = !matches!(answer, Answer::NotTaken | Answer::Unknown);
        if told || world.stop.load(Ordering::SeqCst) {
            return answer;
        }
        tokio::time::sleep(BACKOFF).await;
    }
}

/// Says that it sends, sends, and says what it was answered.
async fn perform_once(world: &World, key: Key, order: Order) -> Answer {
    say(Line::Sent(key, order));
    let sent = order.send(&world.app, key.account, key.id).await;
    let answer = Answer::of(&sent);
    if !matches!(answer, Answer::Acked(_) | Answer::Rejected) {
        eprintln!("{key} {order}: {sent:?}");
    }
    say(Line::Answered(key, answer));
    answer
}
