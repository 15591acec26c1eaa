#![allow(unused_variables)]

use gesta::prelude::*;

#[event]
pub struct Touched {
    pub at: gesta::Timestamp,
}

#[aggregate]
#[derive(Default)]
pub struct Account;

#[aggregate]
impl Account {
    #[command(upsert)]
    fn touch(&self, times: u32, ctx: &CommandContext) -> Vec<Touched> {
        vec![Touched { at: ctx.now() }; times as usize]
    }

    #[command(upsert)]
    fn touch_once(&self, context: &gesta::aggregate::CommandContext) -> Touched {
        Touched { at: context.now() }
    }

    #[apply]
    fn touched(&mut self, _: &Touched) {}
}

fn main() {
    let _ = (Touch { times: 1 }, TouchOnce);
}
