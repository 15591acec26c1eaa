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
    /// Of what is not stored.
    pub(crate) fn none() -> Self {
        Self {
            traits: Vec::new(),
            needs_serde_path: false,
        }
    }

    /// Of these and of serde's two.
    pub(crate) fn left(attributes: &[Attribute], core: &[&str]) -> Self {
        let derived = attributes::derives(attributes);
        let core = core.iter().map(|name| Derive::Core(names::ours(name)));
        let serde = ["Serialize", "Deserialize"].map(names::ours);
        let traits: Vec<_> = core
            .chain(serde.map(Derive::Serde))
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
