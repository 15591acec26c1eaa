//! `events.lock`: what is declared, beside what is locked.

mod expand;
mod package;
pub(crate) mod settings;
mod shape;
mod types;

pub(crate) use expand::{shapes, test};
pub(crate) use package::Locked;
pub use package::Package;
pub(crate) use shape::{container, field_text, key};
