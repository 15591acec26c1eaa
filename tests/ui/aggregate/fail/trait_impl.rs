#![allow(unused_variables)]

use gesta::prelude::*;

#[event]
pub struct AccountOpened {}

#[event]
pub struct Deposited {
    pub cents: u64,
}

#[aggregate]
#[derive(Default)]
pub struct Account {
    balance: u64,
}

pub trait Opens {
    fn open(&self) -> AccountOpened;
}

#[aggregate]
impl Opens for Account {
    #[command]
    fn open(&self) -> AccountOpened {
        AccountOpened {}
    }
}

impl gesta::Aggregate for Account {
    type Event = Never;

    fn apply(&mut self, _: &Never) {}
}

#[derive(Debug, Clone)]
pub enum Never {}

impl gesta::Events for Never {
    const TYPES: &'static [gesta::event::EventType<Self>] = &[];

    fn event(&self) -> &dyn gesta::event::EventObject {
        match *self {}
    }
}

fn main() {}
