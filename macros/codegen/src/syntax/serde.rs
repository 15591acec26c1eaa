//! Attributes of serde: what they say about what is stored.

use std::fmt;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::Parser;
use syn::{Attribute, Meta};

use super::attributes;
use super::types::written;

/// Those of serde, copied.
pub(crate) fn of(attributes: &[Attribute]) -> Vec<Attribute> {
    attributes::of(attributes, &["serde"])
}

/// Every setting in these attributes: its name, and how it is written.
pub(crate) fn settings(attributes: &[Attribute]) -> Vec<Setting> {
    let lists = attributes
        .iter()
        .filter(|each| attributes::is(each, "serde"));
    let lists = lists.filter_map(|attribute| match &attribute.meta {
        Meta::List(list) => Some(list.tokens.clone()),
        Meta::Path(_) | Meta::NameValue(_) => None,
    });
    lists.flat_map(split).filter_map(Setting::new).collect()
}

/// `rename = "x"` of `#[serde(rename = "x")]`.
pub(crate) struct Setting {
    pub(crate) name: String,
    pub(crate) tokens: TokenStream,
}

impl Setting {
    fn new(tokens: TokenStream) -> Option<Self> {
        let first = tokens.clone().into_iter().next()?;
        Some(Self {
            name: first.to_string(),
            tokens,
        })
    }

    /// The text that it is set to: `x` of `rename = "x"`, and of `rename(serialize = "x", deserialize = "x")`.
    pub(crate) fn text(&self) -> Option<String> {
        literal(self.tokens.clone())
    }
}

impl fmt::Display for Setting {
    /// As an attribute of its own: `#[serde(rename = "x")]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#[serde({})]", written(&self.tokens))
    }
}

/// The first string literal, at any depth.
fn literal(tokens: TokenStream) -> Option<String> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Group(group) => literal(group.stream()),
        TokenTree::Literal(literal) => {
            let text = syn::parse2::<syn::LitStr>(literal.into_token_stream()).ok()?;
            Some(text.value())
        }
        _ => None,
    })
}

/// Splits at commas.
fn split(tokens: TokenStream) -> Vec<TokenStream> {
    let mut parts = vec![TokenStream::new()];
    for token in tokens {
        let is_comma = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ',');
        match parts.last_mut() {
            Some(part) if !is_comma => part.extend([token]),
            _ => parts.push(TokenStream::new()),
        }
    }
    parts
}

/// The attributes without these settings.
pub(crate) fn without(attributes: &[Attribute], names: &[&str]) -> Vec<Attribute> {
    kept(attributes, |name| !names.contains(&name))
}

fn kept(attributes: &[Attribute], keep: impl Fn(&str) -> bool) -> Vec<Attribute> {
    let settings = settings(attributes).into_iter();
    let kept = settings.filter(|setting| keep(&setting.name));
    kept.filter_map(|setting| attribute(&setting.tokens))
        .flatten()
        .collect()
}

fn attribute(setting: &TokenStream) -> Option<Vec<Attribute>> {
    let text = format!("#[serde({setting})]");
    Attribute::parse_outer.parse_str(&text).ok()
}
