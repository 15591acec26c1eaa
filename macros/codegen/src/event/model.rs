//! What an event is: a struct, the name it is stored under, and how both came to be.

use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::{DeriveInput, LitStr, Path};

use super::history::{History, Version};
use super::parse::ParsedEvent;
use crate::krate::Krate;
use crate::names;
use crate::syntax::case::Case;

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
    /// The traits that are left to derive.
    pub(crate) derives: Vec<Derive>,
    /// Whether `#[serde(crate = ..)]` is left to write.
    pub(crate) needs_serde_path: bool,
}

/// A trait that an event derives, and whose it is.
pub(crate) enum Derive {
    Core(Ident),
    Serde(Ident),
}

impl Derive {
    fn all() -> [Self; 4] {
        let [debug, clone] = ["Debug", "Clone"].map(names::ours).map(Self::Core);
        let [serialize, deserialize] = ["Serialize", "Deserialize"]
            .map(names::ours)
            .map(Self::Serde);
        [debug, clone, serialize, deserialize]
    }

    fn name(&self) -> &Ident {
        match self {
            Self::Core(name) | Self::Serde(name) => name,
        }
    }
}

impl Event {
    pub(crate) fn version(&self) -> u32 {
        self.version.as_ref().map_or(1, |version| version.number)
    }

    /// The key that a field without a `rename` of its own is stored under.
    pub(crate) fn key(&self, field: &Ident) -> String {
        Case::of_fields(&self.item.attrs).field(&field.unraw().to_string())
    }

    /// The versions before today's whose shapes are written here.
    pub(crate) fn past(&self) -> std::ops::Range<u32> {
        let version = self.version();
        self.history.oldest(version).max(1)..version
    }
}

impl From<ParsedEvent> for Event {
    fn from(parsed: ParsedEvent) -> Self {
        let ident = &parsed.item.ident;
        let stored = || LitStr::new(&ident.unraw().to_string(), ident.span());
        let derives: Vec<_> = Derive::all()
            .into_iter()
            .filter(|derive| {
                !parsed
                    .derives
                    .iter()
                    .any(|derived| derive.name() == derived)
            })
            .collect();
        let serde = derives
            .iter()
            .any(|derive| matches!(derive, Derive::Serde(_)));
        Self {
            name: parsed.keys.name.unwrap_or_else(stored),
            was: parsed.keys.was,
            version: parsed.keys.version.map(Version::from),
            from: parsed.keys.from,
            history: History::new(&parsed.item, parsed.steps),
            krate: Krate::new(parsed.keys.krate.as_ref()),
            krate_path: parsed.keys.krate,
            needs_serde_path: serde && !parsed.names_serde,
            derives,
            item: parsed.item,
        }
    }
}
