//! Code that several attributes write.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::Parser;
use syn::{Attribute, Expr, ExprReference, ImplItem, Pat, ReturnType, Signature};

use crate::method::is_unnamed;
use crate::names;
use crate::syntax::{spans, tokens};

/// What the compiler says of what a method returns, it says there.
pub(crate) fn at_what_it_returns(sig: &Signature, code: TokenStream) -> TokenStream {
    match &sig.output {
        ReturnType::Type(_, ty) => spans::at(ty, code),
        ReturnType::Default => code,
    }
}

/// The method, without lints about what our attributes prescribe: these, and that about parameters by reference.
pub(crate) fn allow(lints: &[&str], item: Option<&mut ImplItem>) {
    let lints = lints.iter().map(|lint| names::ours(lint));
    let lints = quote!(#[allow(#(clippy::#lints,)* clippy::trivially_copy_pass_by_ref)]);
    let attribute = Attribute::parse_outer.parse2(lints);
    if let (Some(ImplItem::Fn(method)), Ok(attribute)) = (item, attribute) {
        method.attrs.extend(attribute);
    }
}

/// A parameter is called, or taken apart, as in the method; one that the method has no use for has its usual name.
pub(crate) fn bound(pattern: Option<&Pat>, usual: &str, expression: &Expr) -> TokenStream {
    let is_named = |pattern: &&Pat| {
        let names_it = |name| tokens::names_alone(expression.to_token_stream(), name);
        !is_unnamed(pattern) || names_it(&pattern.to_token_stream().to_string())
    };
    match pattern.filter(is_named) {
        Some(pattern) => pattern.to_token_stream(),
        None => names::ours(usual).into_token_stream(),
    }
}

/// `&key`: it may be a field, which cannot be moved out of the event.
pub(crate) fn borrowed(key: &Expr) -> TokenStream {
    let and = spans::at(&first_token(key), quote!(&));
    let reference = Expr::Reference(ExprReference {
        attrs: Vec::new(),
        and_token: syn::parse2(and).unwrap_or_default(),
        mutability: None,
        expr: Box::new(ungrouped(key).clone()),
    });
    reference.into_token_stream()
}

/// The expression without the invisible groups that a `macro_rules!` puts around what it passes on: the compiler does not
/// see them as parentheses.
pub(crate) fn ungrouped(key: &Expr) -> &Expr {
    match key {
        Expr::Group(group) => ungrouped(&group.expr),
        other => other,
    }
}

fn first_token(code: &Expr) -> TokenStream {
    code.to_token_stream().into_iter().take(1).collect()
}
