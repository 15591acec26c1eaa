#![deny(warnings)]

use gesta::prelude::*;
use gesta::{Document, Mode, OnError, ProjectionRoot};

#[event]
pub struct OrderPlaced {
    pub customer: String,
    pub tags: Vec<String>,
    pub parent: Option<u64>,
}

#[event]
pub struct Moved {
    pub from: String,
    pub to: String,
}

#[event]
pub struct Tagged {
    pub tag: String,
}

#[event]
pub struct Linked {}

#[event]
pub struct Merged {
    pub parts: [u64; 2],
}

#[event]
pub struct HandedOver {
    pub by: String,
    pub to: String,
}

#[event]
pub struct Seen {}

mod shop {
    use gesta::prelude::*;

    #[event]
    pub struct Closed {
        pub(super) by: String,
    }
}

#[projection(
    of(OrderPlaced, Moved, Tagged, Linked, Merged, HandedOver, Seen, shop::Closed, self::NeverMind),
    ignore(self::NeverMind),
    name = "orders.by-customer",
    version = 3,
    on_error = park,
    crate = gesta,
)]
pub struct Orders {
    count: u64,
    #[index]
    last: Option<gesta::Timestamp>,
}

#[event]
pub struct NeverMind {}

fn prefix() -> &'static str {
    "order"
}

#[projection(crate = gesta)]
impl Orders {
    #[on(key = event.customer)]
    fn placed(&mut self, event: &OrderPlaced) {
        self.count += event.tags.len() as u64 + event.parent.unwrap_or(1);
    }

    #[on(keys = [placed.from, placed.to])]
    fn moved(&mut self, placed: &Moved, recorded: &Recorded) {
        let _ = placed;
        self.last = Some(recorded.meta.time);
    }

    #[on(key = format!("{}/{tag}", prefix()))]
    fn tagged(&mut self, Tagged { tag }: &Tagged) -> Result<(), std::fmt::Error> {
        if tag.is_empty() {
            Err(std::fmt::Error)
        } else {
            Ok(())
        }
    }

    #[on(key = recorded.position)]
    fn linked(&mut self, Linked {}: &Linked, recorded: &gesta::Recorded) -> Then {
        if recorded.version > 1 {
            Then::Delete
        } else {
            Then::Keep
        }
    }

    #[on(keys = event.parts.iter().map(|part| part + 1))]
    fn merged(&mut self, event: &Merged) -> Result<Then, std::num::TryFromIntError> {
        let part = u8::try_from(event.parts[0])?;
        Ok(if part == 0 { Then::Delete } else { Then::Keep })
    }

    #[on(keys = [event.by, event.to])]
    fn handed_over(&mut self, event: &HandedOver, key: &str, recorded: &Recorded) {
        self.count = if key == event.to { recorded.position } else { 0 };
    }

    #[on(keys = recorded.meta.actor)]
    fn seen(&mut self, _: &Seen, key: &'_ str) {
        self.count += u64::from(key == "me");
    }

    #[on(key = if event.by.is_empty() { "nobody" } else { &event.by })]
    fn closed(&mut self, event: &shop::Closed) -> () {
        let _ = event;
    }
}

#[projection(of(OrderPlaced), inline)]
struct Tags(u64);

#[projection]
impl Tags {
    #[on(keys = event.tags)]
    #[cfg(all())]
    fn placed(&mut self, event: &OrderPlaced) {
        self.0 += event.tags.len() as u64;
    }

    #[on(keys = event.parent)]
    #[cfg(any())]
    fn never_there(&mut self, event: &OrderPlaced) {
        self.1 += 1;
    }
}

#[projection(of(OrderPlaced, Moved, Tagged))]
struct Parents {}

#[projection]
impl Parents {
    #[on(keys = event.parent)]
    fn placed(&mut self, _: &OrderPlaced) {}

    #[on(key = format!("{event:?} at {}", recorded.position))]
    fn moved(&mut self, _event: &Moved) {}

    #[on(keys = [&_tagged.tag, recorded.stream.id()])]
    fn tagged(&mut self, _tagged: &Tagged, _: &Recorded) {}
}

#[aggregate]
#[derive(Default)]
struct Order;

#[aggregate]
impl Order {
    #[apply]
    fn placed(&mut self, _: &OrderPlaced) {}
}

#[projection(of(Order), live)]
struct Shown {
    customer: String,
}

#[projection]
impl Shown {
    #[on]
    fn placed(&mut self, event: &OrderPlaced) {
        self.customer = event.customer.clone();
    }
}

fn main() {
    assert_eq!((Orders::NAME, Orders::VERSION), ("orders.by-customer", 3));
    assert_eq!(
        (Orders::ON_ERROR, Orders::MODE),
        (OnError::Park, Mode::Async)
    );
    assert_eq!((Tags::MODE, Shown::MODE), (Mode::Inline, Mode::Live));
    assert_ne!(Parents::FINGERPRINT, Tags::FINGERPRINT);
    assert_eq!(Shown::default().customer, "");
}
