//! What a value is: a struct or an enum, and the name it has in the lock.

use syn::ext::IdentExt;
use syn::{DeriveInput, LitBool, LitStr, Path};

use super::parse::ParsedValue;
use crate::derives::Derives;
use crate::krate::Krate;
use crate::lock::{Locked, Package};

pub(crate) struct Value {
    pub(crate) item: DeriveInput,
    pub(crate) name: LitStr,
    pub(crate) krate: Krate,
    pub(crate) krate_path: Option<Path>,
    pub(crate) derives: Derives,
    /// The lock, if the value is in it or is to be.
    pub(crate) locked: Option<Locked>,
    /// The lock that the value is not to be in, and where that is said.
    pub(crate) exempt: Option<(Locked, LitBool)>,
}

impl Value {
    pub(crate) fn new(parsed: ParsedValue, package: &Package) -> Self {
        let ParsedValue { item, keys } = parsed;
        let stored = || LitStr::new(&item.ident.unraw().to_string(), item.ident.span());
        let is_locked = keys.lock.as_ref().is_none_or(|lock| lock.value);
        Self {
            name: keys.name.unwrap_or_else(stored),
            krate: Krate::new(keys.krate.as_ref()),
            krate_path: keys.krate,
            derives: Derives::left(&item.attrs, &["Debug", "Clone"]),
            locked: package.locked().filter(|_| is_locked),
            exempt: package.locked().zip(keys.lock).filter(|_| !is_locked),
            item,
        }
    }
}
