//! `#[derive(AggregateId)]`: a newtype that is an id.

mod check;
mod expand;
mod model;
mod parse;

use proc_macro2::TokenStream;

use crate::lock::Package;
use crate::stages::Stages;

/// Expands `#[derive(AggregateId)] item`, to what stands beside the item.
#[must_use]
pub fn aggregate_id(item: TokenStream) -> TokenStream {
    ID.run(&Package::unlocked(), TokenStream::new(), item)
}

const ID: Stages<parse::ParsedId, model::Id> = Stages {
    parse: |_, item, diagnostics| parse::parse(item, diagnostics),
    model: |parsed, _| model::Id::from(parsed),
    check: check::check,
    expand: |checked| expand::expand(checked),
    fallback: expand::fallback,
};
