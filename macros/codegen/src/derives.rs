//! The traits that what is stored derives.

use proc_macro2::Ident;
use syn::Attribute;

use crate::names;
use crate::syntax::attributes;

/// What is left to derive, after the user's own derives.
pub(crate) struct Derives {
    pub(crate) traits: Vec<Derive>,
    /// Whether `#[serde(crate = ..)]` is left to write.
    pub(crate) needs_serde_path: bool,
}

/// A trait, and whose it is.
pub(crate) enum Derive {
    Core(Ident),
    Serde(Ident),
}

impl Derives {
    pub(crate) fn left(attributes: &[Attribute]) -> Self {
        let derived = attributes::derives(attributes);
        let [debug, clone] = ["Debug", "Clone"].map(names::ours).map(Derive::Core);
        let [serialize, deserialize] = ["Serialize", "Deserialize"]
            .map(names::ours)
            .map(Derive::Serde);
        let all = [debug, clone, serialize, deserialize].into_iter();
        let traits: Vec<_> = all
            .filter(|derive| !derived.iter().any(|derived| derive.name() == derived))
            .collect();
        let serde = traits
            .iter()
            .any(|derive| matches!(derive, Derive::Serde(_)));
        Self {
            needs_serde_path: serde && !attributes::names_serde(attributes),
            traits,
        }
    }
}

impl Derive {
    fn name(&self) -> &Ident {
        match self {
            Self::Core(name) | Self::Serde(name) => name,
        }
    }
}
