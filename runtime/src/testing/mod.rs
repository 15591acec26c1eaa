//! What tests need: given/when/then for aggregates, a clock and ids that a test holds.
//!
//! A test says what happened before, sends a command, and says what is to come of it. Nothing runs but the aggregate:
//! no store, no app, no async. Yet every event goes through its JSON, so what passes here also survives storage.
//!
//! ```
//! use gesta::prelude::*;
//!
//! #[event]
//! pub struct TicketsOffered { pub seats: u32 }
//!
//! #[event]
//! pub struct TicketsSold { pub seats: u32 }
//!
//! #[derive(Debug, thiserror::Error, PartialEq)]
//! #[error("only {left} seats are left")]
//! pub struct SoldOut { left: u32 }
//!
//! #[aggregate(error = SoldOut)]
//! #[derive(Default)]
//! pub struct Concert { left: u32 }
//!
//! #[aggregate]
//! impl Concert {
//!     #[command(create)]
//!     pub fn offer(&self, seats: u32) -> TicketsOffered { TicketsOffered { seats } }
//!
//!     #[command]
//!     pub fn sell(&self, seats: u32) -> Result<TicketsSold, SoldOut> {
//!         if seats > self.left {
//!             return Err(SoldOut { left: self.left });
//!         }
//!         Ok(TicketsSold { seats })
//!     }
//!
//!     #[apply]
//!     fn offered(&mut self, event: &TicketsOffered) { self.left = event.seats }
//!     #[apply]
//!     fn sold(&mut self, event: &TicketsSold) { self.left -= event.seats }
//! }
//!
//! // What is given is whatever a command may return: an event, a tuple, a `Vec`.
//! Concert::given((TicketsOffered { seats: 10 }, TicketsSold { seats: 7 }))
//!     .when(Sell { seats: 2 })
//!     .then(TicketsSold { seats: 2 })
//!     // Each assertion leaves the aggregate as the command left it, for the next one.
//!     .when(Sell { seats: 2 })
//!     .rejected(SoldOut { left: 1 })
//!     .state(|concert| assert_eq!(concert.left, 1));
//!
//! Concert::given_nothing().when(Sell { seats: 1 }).not_found();
//! ```
//!
//! A test that fails shows the difference:
//!
//! ```text
//! the command did not do what the test expects
//!
//!   given:    TicketsOffered, TicketsSold
//!   when:     Concert.sell {"seats":2}
//! - expected: TicketsSold
//! + actual:   TicketsSold
//!
//!   TicketsSold v1 {
//! -   "seats": 3
//! +   "seats": 2
//!   }
//! ```
//!
//! [`store`] is the contract of stores as tests; [`lock_difference`] says what a changed `events.lock` means for what is
//! stored; the feature `expansion` shows the code that the attributes write.

mod clock;
mod diff;
#[cfg(feature = "expansion")]
mod expansion;
mod fail;
mod given;
mod json;
mod lock;
mod shown;
pub mod store;
mod stored;
mod when;

pub use gesta_lock::{Change, Difference, EventKey, Impact, LockEntry, LockError, LockErrorKind};

pub use clock::{SequentialIds, VirtualClock};
#[cfg(feature = "expansion")]
pub use expansion::expansion;
pub use given::{Given, GivenWhenThen};
pub use lock::lock_difference;
pub use when::When;
