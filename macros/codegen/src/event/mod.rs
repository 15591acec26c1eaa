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

use crate::diagnostics::Diagnostics;
use crate::lock::Package;
use crate::stages::{Checked, Stages, run};

/// Expands `#[event(args)] item` of a package.
#[must_use]
pub fn event(package: &Package, args: TokenStream, item: TokenStream) -> TokenStream {
    run::<EventAttribute>(package, args, item)
}

enum EventAttribute {}

impl Stages for EventAttribute {
    type Parsed = parse::ParsedEvent;
    type Model = model::Event;

    fn parse(
        args: TokenStream,
        item: TokenStream,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self::Parsed> {
        parse::parse(args, item, diagnostics)
    }

    fn model(parsed: Self::Parsed, package: &Package) -> Self::Model {
        model::Event::new(parsed, package)
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
