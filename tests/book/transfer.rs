use gesta::prelude::*;

#[event]
pub struct Transferred {
    pub from: String,
    pub to: String,
    pub cents: i64,
}

#[aggregate]
#[derive(Default)]
pub struct Transfer {}

#[aggregate]
impl Transfer {
    #[apply]
    fn transferred(&mut self, _: &Transferred) {}
}

// ANCHOR: transfer
#[projection(of(Transferred))]
pub struct Purse {
    pub cents: i64,
}

#[projection]
impl Purse {
    #[on(keys = [event.from, event.to])]
    fn transferred(&mut self, event: &Transferred, key: &str) {
        if key == event.from {
            self.cents -= event.cents;
        }
        if key == event.to {
            self.cents += event.cents;
        }
    }
}
// ANCHOR_END: transfer

#[test]
fn one_event_debits_one_and_credits_the_other() {
    let transferred = |to: &str| Transferred {
        from: "ann".to_owned(),
        to: to.to_owned(),
        cents: 20,
    };
    Purse::given::<Transfer>("1", transferred("bob"))
        .and::<Transfer>("2", transferred("ann"))
        .shows("ann", Purse { cents: -20 })
        .shows("bob", Purse { cents: 20 });
}
