//! `#[value]`: a type that events hold, stored with them.

mod check;
mod expand;
mod lock;
mod model;
mod parse;

use proc_macro2::TokenStream;

use crate::diagnostics::Diagnostics;
use crate::lock::Package;
use crate::stages::{Checked, Stages, run};

/// Expands `#[value(args)] item` of a package.
#[must_use]
pub fn value(package: &Package, args: TokenStream, item: TokenStream) -> TokenStream {
    run::<ValueAttribute>(package, args, item)
}

enum ValueAttribute {}

impl Stages for ValueAttribute {
    type Parsed = parse::ParsedValue;
    type Model = model::Value;

    fn parse(
        args: TokenStream,
        item: TokenStream,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self::Parsed> {
        parse::parse(args, item, diagnostics)
    }

    fn model(parsed: Self::Parsed, package: &Package) -> Self::Model {
        model::Value::new(parsed, package)
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
