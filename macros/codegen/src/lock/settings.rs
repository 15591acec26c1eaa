//! Settings of serde that what is stored cannot have.

use proc_macro2::TokenTree;
use syn::{Attribute, Data, DeriveInput};

use crate::diagnostics::Diagnostics;
use crate::messages;
use crate::syntax::{attributes, serde, tokens};

/// Reports them on the type, on its variants and on all fields.
pub(crate) fn check(item: &DeriveInput, diagnostics: &mut Diagnostics) {
    check_one(&item.attrs, diagnostics);
    match &item.data {
        Data::Struct(data) => data
            .fields
            .iter()
            .for_each(|field| check_part(&field.attrs, diagnostics)),
        Data::Enum(data) => {
            for variant in &data.variants {
                check_part(&variant.attrs, diagnostics);
                for field in &variant.fields {
                    check_part(&field.attrs, diagnostics);
                }
            }
        }
        Data::Union(_) => {}
    }
}

fn check_part(attrs: &[Attribute], diagnostics: &mut Diagnostics) {
    for attribute in attributes::of(attrs, &["cfg"]) {
        diagnostics.push(messages::conditional_storage(&attribute));
    }
    check_one(attrs, diagnostics);
}

fn check_one(attrs: &[Attribute], diagnostics: &mut Diagnostics) {
    for attribute in attributes::of(attrs, &["cfg_attr"]) {
        if let syn::Meta::List(list) = &attribute.meta
            && tokens::mentions(list.tokens.clone(), "serde")
        {
            diagnostics.push(messages::conditional_storage(&attribute));
        }
    }
    for setting in serde::settings(attrs) {
        let mut parts = setting.tokens.clone().into_iter();
        let has_two = parts.any(|token| matches!(token, TokenTree::Group(_)));
        if setting.name.starts_with("rename") && has_two {
            diagnostics.push(messages::names_that_differ(&setting.tokens));
        }
    }
}
