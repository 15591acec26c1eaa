//! How much of an issue was printed.

use gesta::prelude::*;
use serde::{Deserialize, Serialize};

#[event(version = 2)]
pub struct CopiesPrinted {
    /// They were counted in hundreds once.
    #[changed(2, from = u64, with = hundreds)]
    pub copies: u64,
}

fn hundreds(copies: u64) -> u64 {
    copies * 100
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
