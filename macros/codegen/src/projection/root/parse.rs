//! Reads the struct, the keys above it, and its `#[index]` fields.

use proc_macro2::{Ident, TokenStream};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, ItemStruct, LitInt, LitStr, Meta, Path, Token};

use crate::diagnostics::Diagnostics;
use crate::messages;
use crate::syntax::attributes;
use crate::syntax::keys::{self, Grammar, Known};

pub(crate) static KEYS: Grammar = Grammar::new(
    "`#[projection]` on a struct",
    &[
        Known::new("of", "of(Account)"),
        Known::new("ignore", "ignore(Withdrawn)"),
        Known::new("name", "name = \"Statement\""),
        Known::new("version", "version = 2"),
        Known::new("on_error", "on_error = park"),
        Known::new("inline", "inline"),
        Known::new("live", "live"),
        Known::new("sql", "sql"),
        Known::new("crate", "crate = gesta"),
    ],
);

/// The struct without our attributes, and what they say.
pub(crate) struct ParsedRoot {
    pub(crate) item: ItemStruct,
    pub(crate) keys: RootKeys,
    /// For each field its `#[index]`, if it has one.
    pub(crate) indexes: Vec<Option<Attribute>>,
}

#[derive(Default)]
pub(crate) struct RootKeys {
    /// The key, to point at, and what it lists.
    pub(crate) of: Option<(Ident, Vec<Path>)>,
    pub(crate) ignore: Vec<Path>,
    pub(crate) name: Option<LitStr>,
    pub(crate) version: Option<LitInt>,
    pub(crate) on_error: Option<Ident>,
    pub(crate) inline: Option<Ident>,
    pub(crate) live: Option<Ident>,
    pub(crate) sql: Option<Ident>,
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
    let mut item: ItemStruct = diagnostics.ok(syn::parse2(item))?;
    let fields = item.fields.iter_mut();
    let indexes = fields
        .map(|field| take_index(&mut field.attrs, diagnostics))
        .collect();
    Some(ParsedRoot {
        item,
        keys,
        indexes,
    })
}

impl RootKeys {
    fn read(&mut self, key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        match key.to_string().as_str() {
            "of" => self.of = Some((key.clone(), paths(input)?)),
            "ignore" => self.ignore = paths(input)?,
            "name" => self.name = Some(keys::assigned(input)?),
            "version" => self.version = Some(keys::assigned(input)?),
            "on_error" => self.on_error = Some(keys::assigned(input)?),
            "inline" => self.inline = Some(key.clone()),
            "live" => self.live = Some(key.clone()),
            "sql" => self.sql = Some(key.clone()),
            _ => self.krate = Some(keys::path(input)?),
        }
        Ok(())
    }
}

/// `(Account, shop::Order)`
fn paths(input: ParseStream<'_>) -> syn::Result<Vec<Path>> {
    let path = |input: ParseStream<'_>| input.call(Path::parse_mod_style);
    let parser =
        |input: ParseStream<'_>| Punctuated::<_, Token![,]>::parse_terminated_with(input, path);
    let paths = parser.parse2(keys::listed(input)?)?;
    Ok(paths.into_iter().collect())
}

/// Takes the `#[index]` out of the attributes of a field.
fn take_index(attributes: &mut Vec<Attribute>, diagnostics: &mut Diagnostics) -> Option<Attribute> {
    let is_index = |attribute: &mut Attribute| attributes::is(attribute, "index");
    let mut taken = attributes.extract_if(.., is_index);
    let first = taken.next()?;
    if !matches!(first.meta, Meta::Path(_)) {
        diagnostics.push(messages::index_with_keys(&first));
    }
    for again in taken {
        diagnostics.push(messages::indexed_twice(&again));
    }
    Some(first)
}
