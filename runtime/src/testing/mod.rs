//! What tests need.

#[cfg(feature = "expansion")]
mod expansion;

#[cfg(feature = "expansion")]
pub use expansion::expansion;
