//! Walks over tokens.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};

/// Whether one of the tokens, at any depth, is wanted.
pub(crate) fn any(tokens: TokenStream, wanted: &impl Fn(&TokenTree) -> bool) -> bool {
    tokens.into_iter().any(|token| {
        wanted(&token) || matches!(token, TokenTree::Group(group) if any(group.stream(), wanted))
    })
}

/// How many of the tokens, at any depth, are wanted.
pub(crate) fn count(tokens: TokenStream, wanted: &impl Fn(&TokenTree) -> bool) -> usize {
    let of = |token: TokenTree| {
        let itself = usize::from(wanted(&token));
        match token {
            TokenTree::Group(group) => itself + count(group.stream(), wanted),
            _ => itself,
        }
    };
    tokens.into_iter().map(of).sum()
}

/// Whether an identifier occurs, at any depth.
pub(crate) fn mentions(tokens: TokenStream, name: &str) -> bool {
    any(
        tokens,
        &|token| matches!(token, TokenTree::Ident(ident) if ident == name),
    )
}

/// Writes `this` for every `Self`, so that the tokens mean the same outside of the impl.
pub(crate) fn without_self(tokens: TokenStream, this: &TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .flat_map(|token| match token {
            TokenTree::Ident(ident) if is_self(&ident) => this.clone(),
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), without_self(group.stream(), this));
                inner.set_span(group.span());
                TokenTree::from(inner).into()
            }
            other => other.into(),
        })
        .collect()
}

fn is_self(ident: &Ident) -> bool {
    ident == "Self"
}

/// Whether an identifier occurs that no `::` and no `.` leads to, at any depth.
pub(crate) fn names_alone(tokens: TokenStream, name: &str) -> bool {
    let mut is_led_to = false;
    for token in tokens {
        match &token {
            TokenTree::Ident(ident) if ident == name && !is_led_to => return true,
            TokenTree::Group(group) if names_alone(group.stream(), name) => return true,
            _ => {}
        }
        is_led_to =
            matches!(&token, TokenTree::Punct(punct) if matches!(punct.as_char(), ':' | '.'));
    }
    false
}
