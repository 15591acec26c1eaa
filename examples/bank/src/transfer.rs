//! A transfer, as somebody asked for it, and what became of it. [`MoveMoney`](crate::move_money::MoveMoney) carries it out.

use gesta::prelude::*;

#[event]
pub struct TransferRequested {
    pub from: String,
    pub to: String,
    pub cents: u64,
}

/// The money has arrived.
#[event]
pub struct TransferCompleted {}

/// The money is where it was.
#[event]
pub struct TransferCancelled {
    pub why: String,
    /// Whether it had left its account, and was put back.
    pub put_back: bool,
}

#[aggregate]
#[derive(Debug, Default)]
pub struct Transfer {
    /// Why it was cancelled, if it was.
    pub cancelled: Option<TransferCancelled>,
}

#[aggregate]
impl Transfer {
    #[command(create)]
    pub fn request(&self, from: String, to: String, cents: u64) -> TransferRequested {
        TransferRequested { from, to, cents }
    }

    #[command]
    pub fn complete(&self) -> TransferCompleted {
        TransferCompleted {}
    }

    #[command]
    pub fn cancel(&self, why: String, put_back: bool) -> TransferCancelled {
        TransferCancelled { why, put_back }
    }

    #[apply]
    fn requested(&mut self, _: &TransferRequested) {}

    #[apply]
    fn completed(&mut self, _: &TransferCompleted) {}

    #[apply]
    fn cancelled(&mut self, event: &TransferCancelled) {
        self.cancelled = Some(event.clone());
    }
}
