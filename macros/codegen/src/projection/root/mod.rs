//! `#[projection]` on the struct: what it is folded from, what it is called, what it is found by.

mod check;
mod expand;
mod model;
mod parse;

use proc_macro2::TokenStream;

use crate::diagnostics::Diagnostics;
use crate::lock::Package;
use crate::stages::{Checked, Stages};

pub(super) use parse::KEYS;
pub(super) enum RootAttribute {}

impl Stages for RootAttribute {
    type Parsed = parse::ParsedRoot;
    type Model = model::Root;

    fn parse(
        args: TokenStream,
        item: TokenStream,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self::Parsed> {
        parse::parse(args, item, diagnostics)
    }

    fn model(parsed: Self::Parsed, _: &Package) -> Self::Model {
        model::Root::from(parsed)
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
