//! The impl block as the user wrote it.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::Parser;
use syn::{Attribute, ImplItem};

use crate::aggregate::behaviour::model::Behaviour;

/// The impl block, without the lints about what `#[command]` and `#[apply]` prescribe: a `self` that a method may not
/// need, parameters by value or by reference.
pub(super) fn without_lints_of_our_shape(behaviour: &Behaviour) -> TokenStream {
    let mut item = behaviour.item.clone();
    let commands = behaviour.commands.iter().map(|command| command.index);
    let applies = behaviour.applies.iter().map(|apply| apply.index);
    for index in commands {
        allow(
            item.items.get_mut(index),
            quote!(clippy::must_use_candidate, clippy::needless_pass_by_value),
        );
    }
    for index in applies {
        allow(
            item.items.get_mut(index),
            quote!(clippy::trivially_copy_pass_by_ref),
        );
    }
    item.into_token_stream()
}

fn allow(item: Option<&mut ImplItem>, lints: TokenStream) {
    let attribute = Attribute::parse_outer.parse2(quote!(#[allow(clippy::unused_self, #lints)]));
    if let (Some(ImplItem::Fn(method)), Ok(attribute)) = (item, attribute) {
        method.attrs.extend(attribute);
    }
}
