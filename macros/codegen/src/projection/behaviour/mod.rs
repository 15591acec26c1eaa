//! `#[projection]` on the impl block: what events do to a document.

mod check;
mod expand;
mod model;
mod parse;

use proc_macro2::TokenStream;

use crate::diagnostics::Diagnostics;
use crate::lock::Package;
use crate::stages::{Checked, Stages};

pub(super) enum BehaviourAttribute {}

impl Stages for BehaviourAttribute {
    type Parsed = parse::ParsedImpl;
    type Model = model::Behaviour;

    fn parse(
        args: TokenStream,
        item: TokenStream,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self::Parsed> {
        parse::parse(args, item, diagnostics)
    }

    fn model(parsed: Self::Parsed, _: &Package) -> Self::Model {
        model::Behaviour::from(parsed)
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
