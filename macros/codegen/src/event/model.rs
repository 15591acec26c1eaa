//! What an event is: a struct, the name it is stored under, and how both came to be.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{DeriveInput, Expr, LitBool, LitStr, Path};

use super::history::{History, Version};
use super::parse::ParsedEvent;
use crate::derives::Derives;
use crate::krate::Krate;
use crate::lock::{Locked, Package};
use crate::syntax::case::Case;
use crate::syntax::fingerprint::Fingerprint;

pub(crate) struct Event {
    pub(crate) item: DeriveInput,
    pub(crate) name: LitStr,
    pub(crate) was: Vec<LitStr>,
    /// The version as it is written; `None` is 1.
    pub(crate) version: Option<Version>,
    /// The event that it was before its own steps.
    pub(crate) from: Option<Path>,
    pub(crate) history: History,
    pub(crate) krate: Krate,
    pub(crate) krate_path: Option<Path>,
    pub(crate) derives: Derives,
    /// A value of it, for the lock.
    pub(crate) sample: Option<Expr>,
    /// The lock, if the event is in it or is to be.
    pub(crate) locked: Option<Locked>,
    /// The lock that the event is not to be in, and where that is said.
    pub(crate) exempt: Option<(Locked, LitBool)>,
}

impl Event {
    pub(crate) fn new(parsed: ParsedEvent, package: &Package) -> Self {
        let ParsedEvent { item, keys, steps } = parsed;
        let stored = || LitStr::new(&item.ident.unraw().to_string(), item.ident.span());
        let is_locked = keys.lock.as_ref().is_none_or(|lock| lock.value);
        Self {
            name: keys.name.unwrap_or_else(stored),
            was: keys.was,
            version: keys.version.map(Version::from),
            from: keys.from,
            history: History::new(&item, steps),
            krate: Krate::new(keys.krate.as_ref()),
            krate_path: keys.krate,
            derives: Derives::left(&item.attrs, &["Debug", "Clone"]),
            sample: keys.sample,
            locked: package.locked().filter(|_| is_locked),
            exempt: package.locked().zip(keys.lock).filter(|_| !is_locked),
            item,
        }
    }

    pub(crate) fn version(&self) -> u32 {
        self.version.as_ref().map_or(1, |version| version.number)
    }

    /// The key that a field without a `rename` of its own is stored under.
    pub(crate) fn key(&self, field: &Ident) -> String {
        Case::of_fields(&self.item.attrs).field(&field.unraw().to_string())
    }

    /// Changes when it says otherwise how older versions are read.
    pub(crate) fn history_fingerprint(&self) -> u64 {
        let mut fingerprint = Fingerprint::new();
        fingerprint.text(&self.history.fingerprint.to_string());
        fingerprint.tokens(self.from.to_token_stream());
        fingerprint.finish()
    }

    /// The versions before today's whose shapes are written here.
    pub(crate) fn past(&self) -> std::ops::Range<u32> {
        let version = self.version();
        self.history.oldest(version).max(1)..version
    }
}
