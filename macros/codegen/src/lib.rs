//! What the attributes of Gesta generate: tokens in, tokens out.
//!
//! Each attribute goes through the same four stages, in the files of its folder: `parse` reads attributes and syntax,
//! `model` says what they mean, `check` reports every mistake, `expand` writes the code and cannot fail.

mod aggregate;
mod derives;
mod diagnostics;
mod event;
mod expand;
mod fallback;
mod file;
mod id;
mod krate;
mod lock;
mod messages;
mod method;
mod misplaced;
mod names;
mod projection;
mod saga;
mod stages;
mod syntax;
mod value;

pub use aggregate::aggregate;
pub use event::event;
pub use file::file;
pub use id::aggregate_id;
pub use lock::Package;
pub use misplaced::{
    apply, command, completed, failed, on, removed, setup, start, step, teardown, undo, upcast,
};
pub use projection::projection;
pub use saga::saga;
pub use value::value;
