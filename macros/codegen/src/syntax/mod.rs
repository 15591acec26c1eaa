//! Grammar that the attributes share. No word here belongs to one of them.

pub(crate) mod attributes;
pub(crate) mod case;
pub(crate) mod duration;
pub(crate) mod fingerprint;
pub(crate) mod items;
pub(crate) mod keys;
pub(crate) mod prelude;
pub(crate) mod serde;
pub(crate) mod similar;
pub(crate) mod spans;
pub(crate) mod stored;
pub(crate) mod tokens;
pub(crate) mod types;
