//! Reads the struct, and the keys above it.

use proc_macro2::{Ident, TokenStream};
use syn::parse::ParseStream;
use syn::{ItemStruct, LitInt, LitStr, Path};

use crate::diagnostics::Diagnostics;
use crate::syntax::keys::{self, Grammar, Known};

pub(crate) static KEYS: Grammar = Grammar::new(
    "`#[saga]` on a struct",
    &[
        Known::new("name", "name = \"MoveMoney\""),
        Known::new("version", "version = 2"),
        Known::new("crate", "crate = gesta"),
    ],
);

pub(crate) struct ParsedRoot {
    pub(crate) item: ItemStruct,
    pub(crate) keys: RootKeys,
}

#[derive(Default)]
pub(crate) struct RootKeys {
    pub(crate) name: Option<LitStr>,
    pub(crate) version: Option<LitInt>,
    pub(crate) krate: Option<Path>,
}

pub(crate) fn parse(
    args: TokenStream,
    item: TokenStream,
    diagnostics: &mut Diagnostics,
) -> Option<ParsedRoot> {
    let mut keys = RootKeys::default();
    keys::read(args, &KEYS, diagnostics, |key, input, _| {
        keys.read(key, input)
    });
    let item = diagnostics.ok(syn::parse2(item))?;
    Some(ParsedRoot { item, keys })
}

impl RootKeys {
    fn read(&mut self, key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        match key.to_string().as_str() {
            "name" => self.name = Some(keys::assigned(input)?),
            "version" => self.version = Some(keys::assigned(input)?),
            _ => self.krate = Some(keys::path(input)?),
        }
        Ok(())
    }
}
