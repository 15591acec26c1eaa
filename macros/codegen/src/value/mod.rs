//! `#[value]`: a type that events hold, stored with them.

mod check;
mod expand;
mod lock;
mod model;
mod parse;

use proc_macro2::TokenStream;

use crate::lock::Package;
use crate::stages::Stages;

/// Expands `#[value(args)] item` of a package.
#[must_use]
pub fn value(package: &Package, args: TokenStream, item: TokenStream) -> TokenStream {
    VALUE.run(package, args, item)
}

const VALUE: Stages<parse::ParsedValue, model::Value> = Stages {
    parse: parse::parse,
    model: model::Value::new,
    check: check::check,
    expand: |checked| expand::expand(checked),
    fallback: expand::fallback,
};
