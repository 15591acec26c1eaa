//! What an event is: a struct, and the name it is stored under.

use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::{DeriveInput, LitStr, Path};

use super::parse::ParsedEvent;
use crate::krate::Krate;

pub(crate) struct Event {
    pub(crate) item: DeriveInput,
    pub(crate) name: LitStr,
    pub(crate) krate: Krate,
    pub(crate) krate_path: Option<Path>,
    /// The traits that are left to derive.
    pub(crate) derives: Vec<Ident>,
    /// Whether `#[serde(crate = ..)]` is left to write.
    pub(crate) needs_serde_path: bool,
}

impl From<ParsedEvent> for Event {
    fn from(parsed: ParsedEvent) -> Self {
        let ident = &parsed.item.ident;
        let stored = || LitStr::new(&ident.unraw().to_string(), ident.span());
        let derives: Vec<_> = ["Debug", "Clone", "Serialize", "Deserialize"]
            .into_iter()
            .filter(|name| !parsed.derives.iter().any(|derived| derived == name))
            .map(crate::names::ours)
            .collect();
        let serde = derives
            .iter()
            .any(|name| name == "Serialize" || name == "Deserialize");
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
