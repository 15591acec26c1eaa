//! The keys of an attribute: `name = ".."`, `snapshot(every = 100)`.

use std::fmt;

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, LitStr, Meta, Path, Token, bracketed, parenthesized};

use crate::diagnostics::Diagnostics;
use crate::messages;

/// A key that an attribute knows: its name, and how to write it.
pub(crate) struct Known {
    pub(crate) key: &'static str,
    pub(crate) example: &'static str,
}

impl Known {
    pub(crate) const fn new(key: &'static str, example: &'static str) -> Self {
        Self { key, example }
    }
}

/// An attribute, or a key with keys of its own, as errors speak of it.
pub(crate) struct Grammar {
    pub(crate) of: &'static str,
    pub(crate) keys: &'static [Known],
    /// The error for a key that belongs somewhere else.
    pub(crate) elsewhere: fn(&Ident) -> Option<syn::Error>,
}

impl Grammar {
    pub(crate) const fn new(of: &'static str, keys: &'static [Known]) -> Self {
        Self {
            of,
            keys,
            elsewhere: |_| None,
        }
    }

    pub(crate) fn get(&self, key: &Ident) -> Option<&'static Known> {
        self.keys.iter().find(|known| key == known.key)
    }
}

impl fmt::Display for Grammar {
    /// `name = "..", crate = path`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, known) in self.keys.iter().enumerate() {
            f.write_str(if index == 0 { "`" } else { ", `" })?;
            write!(f, "{}`", known.example)?;
        }
        Ok(())
    }
}

/// Reads the keys of one attribute, one after another; an error in one does not hide those of the next.
///
/// `read` is called at each known key that comes for the first time, with the input just after it.
pub(crate) fn read(
    tokens: TokenStream,
    grammar: &'static Grammar,
    diagnostics: &mut Diagnostics,
    mut read: impl FnMut(&Ident, ParseStream<'_>, &mut Diagnostics) -> syn::Result<()>,
) {
    let mut seen = Vec::new();
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            if let Err(error) = read_one(input, grammar, &mut seen, diagnostics, &mut read) {
                diagnostics.push(error);
                skip_to_comma(input)?;
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    if let Err(error) = parser.parse2(tokens) {
        diagnostics.push(error);
    }
}

/// The same, of an attribute on a method, which may have no parentheses.
pub(crate) fn read_attribute(
    attribute: &Attribute,
    grammar: &'static Grammar,
    diagnostics: &mut Diagnostics,
    read_key: impl FnMut(&Ident, ParseStream<'_>, &mut Diagnostics) -> syn::Result<()>,
) {
    match &attribute.meta {
        Meta::Path(_) => {}
        Meta::List(list) => read(list.tokens.clone(), grammar, diagnostics, read_key),
        Meta::NameValue(meta) => diagnostics.push(messages::attribute_with_value(meta)),
    }
}

fn read_one(
    input: ParseStream<'_>,
    grammar: &'static Grammar,
    seen: &mut Vec<Ident>,
    diagnostics: &mut Diagnostics,
    read: &mut impl FnMut(&Ident, ParseStream<'_>, &mut Diagnostics) -> syn::Result<()>,
) -> syn::Result<()> {
    let Ok(key) = input.call(Ident::parse_any) else {
        return Err(messages::not_a_key(&next_token(input), grammar));
    };
    let Some(known) = grammar.get(&key) else {
        let elsewhere = (grammar.elsewhere)(&key);
        return Err(elsewhere.unwrap_or_else(|| messages::unknown_key(&key, grammar)));
    };
    if seen.contains(&key) {
        return Err(messages::repeated_key(&key, grammar));
    }
    seen.push(key.clone());
    read(&key, input, diagnostics).map_err(|_| messages::malformed_key(&key, known))?;
    if input.is_empty() || input.peek(Token![,]) {
        Ok(())
    } else {
        Err(messages::malformed_key(&key, known))
    }
}

/// `= value`.
pub(crate) fn assigned<T: Parse>(input: ParseStream<'_>) -> syn::Result<T> {
    input.parse::<Token![=]>()?;
    input.parse()
}

/// `= ["A", "B"]`
pub(crate) fn names(input: ParseStream<'_>) -> syn::Result<Vec<LitStr>> {
    input.parse::<Token![=]>()?;
    let content;
    bracketed!(content in input);
    let names = Punctuated::<LitStr, Token![,]>::parse_terminated(&content)?;
    Ok(names.into_iter().collect())
}

/// `( .. )`, as tokens.
pub(crate) fn listed(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let content;
    parenthesized!(content in input);
    content.parse()
}

fn next_token(input: ParseStream<'_>) -> TokenStream {
    let rest = input.fork().parse::<TokenStream>().unwrap_or_default();
    rest.into_iter().take(1).collect()
}

fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

/// `= path`, with keywords such as `crate` and `self` in it.
pub(crate) fn path(input: ParseStream<'_>) -> syn::Result<Path> {
    input.parse::<Token![=]>()?;
    input.call(Path::parse_mod_style)
}
