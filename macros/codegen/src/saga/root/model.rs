//! What a saga is.

use syn::ext::IdentExt;
use syn::{ItemStruct, LitInt, LitStr, Path};

use super::parse::ParsedRoot;
use crate::derives::Derives;
use crate::krate::Krate;

pub(crate) struct Root {
    pub(crate) item: ItemStruct,
    pub(crate) name: LitStr,
    pub(crate) version: Option<LitInt>,
    pub(crate) derives: Derives,
    pub(crate) krate: Krate,
    pub(crate) krate_path: Option<Path>,
}

impl From<ParsedRoot> for Root {
    fn from(ParsedRoot { item, keys }: ParsedRoot) -> Self {
        let stored = || LitStr::new(&item.ident.unraw().to_string(), item.ident.span());
        Self {
            name: keys.name.unwrap_or_else(stored),
            version: keys.version,
            derives: Derives::left(&item.attrs, &["Debug", "Clone"]),
            krate: Krate::new(keys.krate.as_ref()),
            krate_path: keys.krate,
            item,
        }
    }
}
