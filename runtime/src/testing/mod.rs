//! What tests need: given/when/then for aggregates, a clock and ids that a test holds, the contract of stores, and the
//! code that the attributes write.

mod clock;
mod diff;
#[cfg(feature = "expansion")]
mod expansion;
mod given;
mod shown;
pub mod store;
mod stored;
mod when;

pub use clock::{SequentialIds, VirtualClock};
#[cfg(feature = "expansion")]
pub use expansion::expansion;
pub use given::{Given, GivenWhenThen};
pub use when::When;
