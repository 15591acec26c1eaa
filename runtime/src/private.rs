//! What generated code may touch, and nothing else does. Not part of the public API.

pub use core::convert::{From, Infallible};
pub use core::option::Option;
pub use core::result::Result;
pub use std::string::String;
pub use std::vec::Vec;

pub use serde;

use crate::aggregate::{Aggregate, IntoEvents};

/// The events of what a command method returned.
///
/// # Errors
/// The refusal, if it is one.
pub fn decided<A: Aggregate>(returned: impl IntoEvents<A>) -> Result<Vec<A::Event>, A::Error> {
    let mut events = Vec::with_capacity(1);
    returned.add_to(&mut events)?;
    Ok(events)
}
