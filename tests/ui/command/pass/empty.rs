#![allow(unused_variables)]

use gesta::prelude::*;

#[event]
pub struct Closed;

#[aggregate]
#[derive(Default)]
pub struct Account;

#[aggregate]
impl Account {
    #[command]
    pub fn close(&self) -> Closed {
        Closed
    }

    #[apply]
    fn closed(&mut self, _: &Closed) {}
}

fn main() {
    let _ = (Close, Close {}, Closed, Closed {});
}
