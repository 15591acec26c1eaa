//! Where errors point.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::ToTokens;

use crate::names;

/// The tokens, which resolve as all generated ones do, but with errors that underline `place`, from its first token
/// to its last.
pub(crate) fn at(place: &impl ToTokens, tokens: TokenStream) -> TokenStream {
    let mut places = place
        .to_token_stream()
        .into_iter()
        .map(|token| token.span());
    let Some(first) = places.next() else {
        return tokens;
    };
    let last = places.last().unwrap_or(first);
    let located = |span| names::call_site().located_at(span);
    between(located(first), located(last), tokens)
}

/// Braces that stand at `place`, around tokens that stay where they are.
pub(crate) fn braced_at(place: &impl ToTokens, tokens: TokenStream) -> TokenTree {
    let mut group = Group::new(Delimiter::Brace, tokens);
    if let Some(last) = place.to_token_stream().into_iter().last() {
        group.set_span(names::call_site().located_at(last.span()));
    }
    TokenTree::Group(group)
}

fn between(first: Span, last: Span, tokens: TokenStream) -> TokenStream {
    let mut tokens: Vec<_> = tokens.into_iter().collect();
    let end = tokens.pop();
    let start = tokens.into_iter().map(|token| placed(token, first, first));
    start
        .chain(end.map(|token| placed(token, first, last)))
        .collect()
}

fn placed(token: TokenTree, first: Span, last: Span) -> TokenTree {
    let mut token = match token {
        TokenTree::Group(group) => {
            let inner = between(first, last, group.stream());
            TokenTree::Group(Group::new(group.delimiter(), inner))
        }
        other => other,
    };
    token.set_span(last);
    token
}
