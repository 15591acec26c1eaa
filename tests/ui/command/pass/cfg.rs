#![allow(unused_variables)]

use gesta::prelude::*;

#[event]
pub struct Closed {}

#[aggregate]
#[derive(Default)]
pub struct Account;

#[aggregate]
impl Account {
    #[command]
    #[cfg(any())]
    fn close(&self, reason: Missing) -> Closed {
        Closed {}
    }

    #[command]
    #[cfg(all())]
    fn shut(&self) -> Closed {
        Closed {}
    }

    #[apply]
    fn closed(&mut self, _: &Closed) {}
}

struct Close;

fn main() {
    let _ = (Close, Shut);
}
