//! Types as they stand in the lock.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::Type;

use crate::syntax::types::written;

/// A type without the paths that lead to it: to import it otherwise changes nothing that is stored.
pub(super) fn text(ty: &Type) -> String {
    let text = written(&without_paths(ty.to_token_stream()));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn without_paths(tokens: TokenStream) -> TokenStream {
    let mut kept: Vec<TokenTree> = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct)
                if punct.as_char() == ':'
                    && matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == ':') =>
            {
                tokens.next();
                if matches!(kept.last(), Some(TokenTree::Ident(_))) {
                    kept.pop();
                }
            }
            TokenTree::Punct(punct) if punct.as_char() == '>' => {
                // A formatter may have put a comma behind the last.
                if is_comma(kept.last()) {
                    kept.pop();
                }
                kept.push(punct.into());
            }
            TokenTree::Group(group) => {
                let inner = without_last_comma(without_paths(group.stream()));
                if group.delimiter() == proc_macro2::Delimiter::None {
                    kept.extend(inner);
                } else {
                    kept.push(proc_macro2::Group::new(group.delimiter(), inner).into());
                }
            }
            other => kept.push(other),
        }
    }
    kept.into_iter().collect()
}

/// `(u8, u16,)` is `(u8, u16)`; `(u8,)` stays.
fn without_last_comma(tokens: TokenStream) -> TokenStream {
    let mut tokens: Vec<_> = tokens.into_iter().collect();
    let commas = tokens.iter().filter(|token| is_comma(Some(token))).count();
    if commas > 1 && is_comma(tokens.last()) {
        tokens.pop();
    }
    tokens.into_iter().collect()
}

fn is_comma(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == ',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_its_last_segments() {
        for (code, expected) in [
            ("u64", "u64"),
            ("::std::string::String", "String"),
            (
                "std::collections::BTreeMap<crate::Key, Vec<a::B>>",
                "BTreeMap<Key, Vec<B>>",
            ),
            ("(u8, std::string::String)", "(u8, String)"),
            ("[crate::Item; 3]", "[Item; 3]"),
            ("Option < Box<  Self > >", "Option<Box<Self>>"),
            ("HashMap<\n String,\n u64,\n>", "HashMap<String, u64>"),
            ("(u8, u16,)", "(u8, u16)"),
            ("(u8,)", "(u8,)"),
        ] {
            let ty: Type = syn::parse_str(code).unwrap();
            assert_eq!(text(&ty), expected);
        }
    }
}
