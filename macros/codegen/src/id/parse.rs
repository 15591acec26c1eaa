//! Reads the struct below `#[derive(AggregateId)]`, and its `#[aggregate_id(crate = ..)]`.

use proc_macro2::TokenStream;
use syn::{DeriveInput, Meta, Path};

use crate::diagnostics::Diagnostics;
use crate::syntax::attributes;
use crate::syntax::keys::{self, Grammar, Known};

static KEYS: Grammar = Grammar::new(
    "`#[aggregate_id(..)]`",
    &[Known::new("crate", "crate = gesta")],
);

pub(crate) struct ParsedId {
    pub(crate) item: DeriveInput,
    pub(crate) krate: Option<Path>,
}

pub(crate) fn parse(item: TokenStream, diagnostics: &mut Diagnostics) -> Option<ParsedId> {
    let item: DeriveInput = diagnostics.ok(syn::parse2(item))?;
    let mut krate = None;
    for attribute in item
        .attrs
        .iter()
        .filter(|attribute| attributes::is(attribute, "aggregate_id"))
    {
        let args = match &attribute.meta {
            Meta::List(list) => list.tokens.clone(),
            Meta::Path(_) | Meta::NameValue(_) => TokenStream::new(),
        };
        keys::read(args, &KEYS, diagnostics, |_, input, _| {
            krate = Some(keys::path(input)?);
            Ok(())
        });
    }
    Some(ParsedId { item, krate })
}
