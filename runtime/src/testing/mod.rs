//! What tests need: given/when/then for aggregates, projections and sagas, a clock and ids that a test holds.
//!
//! # Aggregates
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
//! # Projections
//!
//! A test says what happened, to which aggregates, and what the projection shows of it. Nothing runs but the projection;
//! events and documents go through their JSON.
//!
//! ```
//! use gesta::prelude::*;
//!
//! #[event]
//! pub struct TicketsSold { pub seats: u32 }
//!
//! #[event]
//! pub struct Cancelled {}
//!
//! #[aggregate]
//! #[derive(Default)]
//! pub struct Concert {}
//!
//! #[aggregate]
//! impl Concert {
//!     #[apply]
//!     fn sold(&mut self, _: &TicketsSold) {}
//!     #[apply]
//!     fn cancelled(&mut self, _: &Cancelled) {}
//! }
//!
//! #[projection(of(Concert))]
//! pub struct Sales { #[index] seats: u32 }
//!
//! #[projection]
//! impl Sales {
//!     #[on]
//!     fn sold(&mut self, event: &TicketsSold) -> Result<(), &'static str> {
//!         self.seats = self.seats.checked_add(event.seats).ok_or("too many seats")?;
//!         Ok(())
//!     }
//!
//!     #[on]
//!     fn cancelled(&mut self, _: &Cancelled) -> Then { Then::Delete }
//! }
//!
//! Sales::given("opera", (TicketsSold { seats: 2 }, TicketsSold { seats: 3 }))
//!     .and("fado", TicketsSold { seats: 5 })
//!     .shows("opera", Sales { seats: 5 })
//!     .shows_keys(["fado", "opera"])
//!     .found_by(Sales::SEATS, 5, ["fado", "opera"])
//!     // More may happen after each assertion. This is the fourth event.
//!     .and("opera", Cancelled {})
//!     .shows_nothing("opera")
//!     .and("fado", TicketsSold { seats: u32::MAX })
//!     .fails(5, "too many seats");
//! ```
//!
//! That each event counts once, whatever happens, is Gesta's to see to, as long as a handler makes the same of the same
//! event and document. Every test proves that it does: its events are folded several times, one by one and in one batch,
//! by one process and by many that end before they write, so that events come twice. Documents that are not the same in
//! all of these ways fail the test, and it says why:
//!
//! ```text
//! a restart changes the documents: a handler depends on something that is not stored with its document, such as a field
//! that serde skips, or events that it remembers
//!
//!   given:    Concert/opera: 1 TicketsSold, 2 TicketsSold
//!   key:      opera
//! - kept:     Sales
//! + reloaded: Sales
//!
//!   {
//! -   "seats": 5
//! +   "seats": 3
//!   }
//! ```
//!
//! # Sagas
//!
//! A test says what happened, and what became of each command that the saga sent, and compares what it sends next. The
//! clock is the test's: deadlines and further attempts come when it says so. [`Driven`] has an example.
//!
//! # And more
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
mod kept;
mod lock;
mod past;
mod projected;
mod saga;
mod shown;
mod span;
pub mod store;
mod stored;
mod ways;
mod when;

pub use gesta_lock::{Change, Difference, EventKey, Impact, LockEntry, LockError, LockErrorKind};

pub use clock::{SequentialIds, VirtualClock};
#[cfg(feature = "expansion")]
pub use expansion::expansion;
pub use given::{Given, GivenWhenThen};
pub use lock::lock_difference;
pub use projected::{GivenThen, Projected};
pub use saga::{Driven, GivenSends};
pub use span::IntoDuration;
pub use when::When;
