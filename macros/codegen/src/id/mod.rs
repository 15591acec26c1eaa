//! `#[derive(AggregateId)]`: a newtype that is an id.

mod check;
mod expand;
mod model;
mod parse;

use proc_macro2::TokenStream;

use crate::diagnostics::Diagnostics;
use crate::lock::Package;
use crate::stages::{Checked, Stages, run};

/// Expands `#[derive(AggregateId)] item`, to what stands beside the item.
#[must_use]
pub fn aggregate_id(item: TokenStream) -> TokenStream {
    run::<IdDerive>(&Package::unlocked(), TokenStream::new(), item)
}

enum IdDerive {}

impl Stages for IdDerive {
    type Parsed = parse::ParsedId;
    type Model = model::Id;

    fn parse(
        _: TokenStream,
        item: TokenStream,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self::Parsed> {
        parse::parse(item, diagnostics)
    }

    fn model(parsed: Self::Parsed, _: &Package) -> Self::Model {
        model::Id::from(parsed)
    }

    fn check(model: &Self::Model, diagnostics: &mut Diagnostics) {
        check::check(model, diagnostics);
    }

    fn expand(checked: &Checked<Self::Model>) -> TokenStream {
        expand::expand(checked)
    }

    fn fallback(model: &Self::Model) -> TokenStream {
        expand::fallback(model)
    }
}
