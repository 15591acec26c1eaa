//! What tests need: given/when/then for aggregates, a clock and ids that a test holds, a contract for stores.

mod clock;
mod diff;
mod given;
mod shown;
pub mod store;
mod stored;
mod when;

pub use clock::{SequentialIds, VirtualClock};
pub use given::{Given, GivenWhenThen};
pub use when::When;
