//! `#[saga]`: on the struct it says what a saga remembers, on the impl what it does.

mod behaviour;
mod graph;
mod root;

use proc_macro2::TokenStream;
use syn::Item;

use crate::diagnostics::Diagnostics;
use crate::lock::Package;
use crate::syntax::items;
use crate::{fallback, messages};

/// Expands `#[saga(args)] item` of a package.
#[must_use]
pub fn saga(package: &Package, args: TokenStream, item: TokenStream) -> TokenStream {
    match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Struct(_)) => root::ROOT.run(package, args, item),
        Ok(Item::Impl(_)) => behaviour::BEHAVIOUR.run(package, args, item),
        Ok(other) => refuse(&other),
        Err(error) => {
            let mut diagnostics = Diagnostics::default();
            diagnostics.push(error);
            diagnostics.beside(item)
        }
    }
}

fn refuse(item: &Item) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let (keyword, what) = items::keyword(item);
    diagnostics.push(messages::saga_on_another_item(keyword, what));
    diagnostics.beside(fallback::foreign_item(item))
}
