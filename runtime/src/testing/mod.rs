//! What tests need.

pub mod store;
