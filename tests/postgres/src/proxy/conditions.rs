//! What holds for all connections of a proxy at a moment.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::Counts;

/// The faults that last until they are lifted.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Conditions {
    pub blackhole: bool,
    pub hold: bool,
    pub outage: bool,
    pub to_server: Duration,
    pub to_client: Duration,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Direction {
    ToServer,
    ToClient,
}

/// What becomes of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Passage {
    Delivered,
    Swallowed,
}

/// Waits as long as the message is to wait.
pub(super) async fn pass(
    conditions: &mut watch::Receiver<Conditions>,
    direction: Direction,
    arrived: Instant,
    counts: &watch::Sender<Counts>,
) -> Passage {
    let (mut held, mut delayed) = (false, false);
    let passage = loop {
        let now = *conditions.borrow_and_update();
        let due = arrived + now.delay(direction);
        if now.blackhole {
            break Passage::Swallowed;
        } else if now.hold {
            note(&mut held, || counts.send_modify(|counts| counts.held += 1));
            change(conditions).await;
        } else if due > Instant::now() {
            note(&mut delayed, || {
                counts.send_modify(|counts| counts.delayed += 1);
            });
            tokio::select! {
                () = sleep_until(due) => {}
                () = change(conditions) => {}
            }
        } else {
            break Passage::Delivered;
        }
    };
    if passage == Passage::Swallowed {
        counts.send_modify(|counts| counts.swallowed += 1);
    }
    passage
}

/// The connection is cut by others when the proxy is gone, so that this waits for ever then.
async fn change(conditions: &mut watch::Receiver<Conditions>) {
    if conditions.changed().await.is_err() {
        std::future::pending().await
    }
}

/// Does it the first time.
fn note(noted: &mut bool, first: impl FnOnce()) {
    if !std::mem::replace(noted, true) {
        first();
    }
}

impl Conditions {
    /// Whether nothing waits.
    pub fn are_calm(&self) -> bool {
        *self == Self::default()
    }

    fn delay(&self, direction: Direction) -> Duration {
        match direction {
            Direction::ToServer => self.to_server,
            Direction::ToClient => self.to_client,
        }
    }
}
