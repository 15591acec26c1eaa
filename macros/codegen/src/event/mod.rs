//! `#[event]`: a struct that is stored.

mod check;
mod expand;
mod history;
mod lock;
mod model;
mod parse;
mod steps;
mod upcast;
mod versions;

use proc_macro2::TokenStream;

use crate::lock::Package;
use crate::stages::Stages;

/// Expands `#[event(args)] item` of a package.
#[must_use]
pub fn event(package: &Package, args: TokenStream, item: TokenStream) -> TokenStream {
    EVENT.run(package, args, item)
}

const EVENT: Stages<parse::ParsedEvent, model::Event> = Stages {
    parse: parse::parse,
    model: model::Event::new,
    check: check::check,
    expand: |checked| expand::expand(checked),
    fallback: expand::fallback,
};
