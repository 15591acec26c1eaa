//! What a saga is.

use syn::ext::IdentExt;
use syn::{ItemStruct, LitInt, LitStr, Path};

use super::parse::ParsedRoot;
use crate::derives::Derives;
use crate::krate::Krate;
use crate::lock::{Locked, Package};

pub(crate) struct Root {
    pub(crate) item: ItemStruct,
    pub(crate) name: LitStr,
    pub(crate) version: Option<LitInt>,
    pub(crate) locked: Option<Locked>,
    pub(crate) derives: Derives,
    pub(crate) krate: Krate,
    pub(crate) krate_path: Option<Path>,
}

impl Root {
    pub(crate) fn new(parsed: ParsedRoot, package: &Package) -> Self {
        let ParsedRoot { item, keys } = parsed;
        let stored = || LitStr::new(&item.ident.unraw().to_string(), item.ident.span());
        Self {
            name: keys.name.unwrap_or_else(stored),
            version: keys.version,
            locked: package.locked(),
            derives: Derives::left(&item.attrs, &["Debug", "Clone"]),
            krate: Krate::new(keys.krate.as_ref()),
            krate_path: keys.krate,
            item,
        }
    }

    /// The version that is locked, if this one comes before it.
    pub(crate) fn lowered_from(&self) -> Option<u32> {
        let lock = self.locked.as_ref().and_then(Locked::lock)?;
        let locked = lock.sagas.get(&self.name.value())?.version;
        let declared = match &self.version {
            Some(version) => version.base10_parse().ok()?,
            None => 1,
        };
        (declared < locked).then_some(locked)
    }
}
