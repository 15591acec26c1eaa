//! How much of an issue was printed.

use gesta::prelude::*;
use serde::{Deserialize, Serialize};

#[event]
pub struct CopiesPrinted {
    /// In hundreds.
    pub copies: u64,
}

#[aggregate(snapshot(every = 2))]
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PrintRun {
    pub copies: u64,
}

#[aggregate]
impl PrintRun {
    #[command(upsert)]
    pub fn print(&self, copies: u64) -> CopiesPrinted {
        CopiesPrinted { copies }
    }

    #[apply]
    fn printed(&mut self, event: &CopiesPrinted) {
        self.copies += event.copies;
    }
}
