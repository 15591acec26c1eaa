//! What an event is: a struct, and the name it is stored under.

use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::{DeriveInput, LitStr, Path};

use super::parse::ParsedEvent;
use crate::krate::Krate;
use crate::names;

pub(crate) struct Event {
    pub(crate) item: DeriveInput,
    pub(crate) name: LitStr,
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
            krate: Krate::new(parsed.keys.krate.as_ref()),
            krate_path: parsed.keys.krate,
            needs_serde_path: serde && !parsed.names_serde,
            derives,
            item: parsed.item,
        }
    }
}
