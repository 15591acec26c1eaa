//! What an aggregate is.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{ItemStruct, LitInt, LitStr, Path, Type};

use super::parse::{ParsedRoot, ParsedSnapshot};
use crate::krate::Krate;
use crate::lock::{Locked, Package};
use crate::syntax::fingerprint::Fingerprint;

pub(crate) struct Root {
    pub(crate) item: ItemStruct,
    pub(crate) id: Option<Type>,
    pub(crate) error: Option<Type>,
    pub(crate) name: LitStr,
    pub(crate) snapshot: Option<Snapshot>,
    /// The stored names of events that no longer matter.
    pub(crate) retired: Vec<LitStr>,
    pub(crate) locked: Option<Locked>,
    pub(crate) krate: Krate,
    pub(crate) krate_path: Option<Path>,
}

pub(crate) struct Snapshot {
    pub(crate) key: Ident,
    pub(crate) every: Option<LitInt>,
    pub(crate) version: Option<LitInt>,
    pub(crate) is_reported: bool,
    /// Changes when the struct does, or the version.
    pub(crate) fingerprint: u64,
}

impl Root {
    pub(crate) fn new(parsed: ParsedRoot, package: &Package) -> Self {
        let ParsedRoot { item, keys } = parsed;
        let stored = || LitStr::new(&item.ident.unraw().to_string(), item.ident.span());
        Self {
            id: keys.id,
            error: keys.error,
            name: keys.name.unwrap_or_else(stored),
            snapshot: keys.snapshot.map(|snapshot| Snapshot::of(&item, snapshot)),
            retired: keys.retired,
            locked: package.locked(),
            krate: Krate::new(keys.krate.as_ref()),
            krate_path: keys.krate,
            item,
        }
    }
}

impl Root {
    /// The names of its locked events, each with its last version.
    pub(crate) fn stored_events(&self) -> Vec<(String, u32)> {
        let Some(lock) = self.locked.as_ref().and_then(Locked::lock) else {
            return Vec::new();
        };
        let names = lock.aggregates.get(&self.name.value());
        let events = names.into_iter().flatten();
        events
            .map(|name| (name.clone(), lock.last_version(name).unwrap_or(1)))
            .collect()
    }
}

impl Snapshot {
    fn of(item: &ItemStruct, parsed: ParsedSnapshot) -> Self {
        let version = parsed.version.as_ref();
        let mut fingerprint = Fingerprint::new();
        fingerprint.tokens(item.to_token_stream());
        fingerprint.text(version.map_or("1", LitInt::base10_digits));
        Self {
            key: parsed.key,
            every: parsed.every,
            version: parsed.version,
            is_reported: parsed.is_reported,
            fingerprint: fingerprint.finish(),
        }
    }
}
