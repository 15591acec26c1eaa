//! What is asked for, and what became of it.

use gesta::prelude::*;

#[event]
pub struct TransferRequested {
    pub from: u32,
    pub to: u32,
    pub cents: u64,
}

#[event]
pub struct TransferCompleted {}

#[event]
pub struct TransferCancelled {
    pub why: String,
}

/// Says yes to everything, as often as it is asked: what must not happen twice is for others to see to.
#[aggregate]
#[derive(Debug, Default)]
pub struct Transfer {}

#[aggregate]
impl Transfer {
    #[command(create)]
    pub fn request(&self, from: u32, to: u32, cents: u64) -> TransferRequested {
        TransferRequested { from, to, cents }
    }

    #[command]
    pub fn complete(&self) -> TransferCompleted {
        TransferCompleted {}
    }

    #[command]
    pub fn cancel(&self, why: String) -> TransferCancelled {
        TransferCancelled { why }
    }

    #[apply]
    fn requested(&mut self, _: &TransferRequested) {}

    #[apply]
    fn completed(&mut self, _: &TransferCompleted) {}

    #[apply]
    fn cancelled(&mut self, _: &TransferCancelled) {}
}
