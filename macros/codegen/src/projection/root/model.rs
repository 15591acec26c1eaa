//! What a projection is.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Attribute, Field, Fields, ItemStruct, LitInt, LitStr, Path, Type, Visibility};

use super::parse::{ParsedRoot, RootKeys};
use crate::derives::Derives;
use crate::krate::Krate;
use crate::names;
use crate::syntax::fingerprint::Fingerprint;

pub(crate) struct Root {
    /// Without our attributes.
    pub(crate) item: ItemStruct,
    /// The key, to point at.
    pub(crate) of_key: Option<Ident>,
    /// Aggregates and events that it takes.
    pub(crate) of: Vec<Path>,
    /// Events that it takes, and does nothing with.
    pub(crate) ignore: Vec<Path>,
    pub(crate) name: LitStr,
    pub(crate) version: Option<LitInt>,
    pub(crate) on_error: Option<Ident>,
    pub(crate) inline: Option<Ident>,
    pub(crate) live: Option<Ident>,
    pub(crate) sql: Option<Ident>,
    pub(crate) indexes: Vec<Index>,
    /// Changes when the struct does, or what it is folded from.
    pub(crate) fingerprint: u64,
    pub(crate) derives: Derives,
    pub(crate) krate: Krate,
    pub(crate) krate_path: Option<Path>,
}

/// An `#[index]` field.
pub(crate) struct Index {
    pub(crate) attribute: Attribute,
    /// `None` if the field has none.
    pub(crate) field: Option<Ident>,
    /// The name of the constant; `None` if the field's gives none.
    pub(crate) constant: Option<Ident>,
    pub(crate) vis: Visibility,
    pub(crate) ty: Type,
}

impl From<ParsedRoot> for Root {
    fn from(parsed: ParsedRoot) -> Self {
        let ParsedRoot {
            item,
            keys,
            indexes,
        } = parsed;
        let indexes = indexes_of(&item.fields, indexes);
        let stored = || LitStr::new(&item.ident.unraw().to_string(), item.ident.span());
        Self {
            fingerprint: fingerprint(&item, &keys, &indexes),
            of_key: keys.of.as_ref().map(|(key, _)| key.clone()),
            of: keys.of.map(|(_, paths)| paths).unwrap_or_default(),
            ignore: keys.ignore,
            name: keys.name.unwrap_or_else(stored),
            version: keys.version,
            on_error: keys.on_error,
            inline: keys.inline,
            live: keys.live,
            indexes,
            derives: match &keys.sql {
                Some(_) => Derives::none(),
                None => Derives::left(&item.attrs, &["Default"]),
            },
            sql: keys.sql,
            krate: Krate::new(keys.krate.as_ref()),
            krate_path: keys.krate,
            item,
        }
    }
}

fn indexes_of(fields: &Fields, attributes: Vec<Option<Attribute>>) -> Vec<Index> {
    let fields = fields.iter().zip(attributes);
    fields
        .filter_map(|(field, attribute)| Some(Index::new(field, attribute?)))
        .collect()
}

impl Index {
    fn new(field: &Field, attribute: Attribute) -> Self {
        Self {
            attribute,
            field: field.ident.clone(),
            constant: field.ident.as_ref().and_then(names::index_constant),
            vis: field.vis.clone(),
            ty: field.ty.clone(),
        }
    }
}

fn fingerprint(item: &ItemStruct, keys: &RootKeys, indexes: &[Index]) -> u64 {
    let mut fingerprint = Fingerprint::new();
    fingerprint.tokens(item.to_token_stream());
    for index in indexes {
        fingerprint.tokens(index.field.to_token_stream());
    }
    let of = keys.of.iter().flat_map(|(_, paths)| paths);
    for (key, path) in of
        .map(|path| ("of", path))
        .chain(keys.ignore.iter().map(|path| ("ignore", path)))
    {
        fingerprint.text(key);
        fingerprint.tokens(path.to_token_stream());
    }
    fingerprint.finish()
}
