//! Every error text: what is wrong, in lower case and without a full stop, then `help:` with the code to write.

mod aggregate;
mod command;
mod event;
mod history;
mod keys;
mod lock;
mod projection;
mod saga;
mod steps;
mod tables;
mod value;

use std::fmt::Display;

use quote::ToTokens;
use syn::Error;

pub(crate) use aggregate::*;
pub(crate) use command::*;
pub(crate) use event::*;
pub(crate) use history::*;
pub(crate) use keys::*;
pub(crate) use lock::*;
pub(crate) use projection::*;
pub(crate) use saga::*;
pub(crate) use steps::*;
pub(crate) use tables::*;
pub(crate) use value::*;

fn error(at: impl ToTokens, wrong: impl Display, help: impl Display) -> Error {
    Error::new_spanned(at, format_args!("{wrong}\nhelp: {help}"))
}
