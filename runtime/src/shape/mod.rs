//! What serde reads for a type, and a value of the type that was made up.
//!
//! A type is read once and more by a deserializer that has no data (`giver`): it notes what it is asked for in a `tree`,
//! and hands out `candidates`. The `search` finds those that the type takes; `text` is what the tree says in the end.

mod candidates;
mod compound;
mod explore;
mod fields;
mod giver;
mod node;
mod refusal;
mod search;
mod text;
mod tree;
mod variants;
mod vary;

#[cfg(test)]
mod tests;

use std::fmt;

use serde::de::DeserializeOwned;
use thiserror::Error;

use crate::fnv;
use node::{Ask, Edge, Id};

use search::{Failure, search};
use tree::Tree;

/// What serde reads for a `T`, and a value of it that was made up.
#[derive(Debug)]
pub(crate) struct Traced<T> {
    pub(crate) wire: Wire,
    pub(crate) sample: Result<T, NoSample>,
}

/// Traces a type. It ends for every type, also for one that contains itself; it panics only if the type does.
pub(crate) fn trace<T: DeserializeOwned>() -> Traced<T> {
    let search = search::<T>();
    let wire = Wire(text::place(&search.tree, None, Edge::Root));
    let refused = || NoSample::new(&search.tree, search.failure.as_ref());
    Traced {
        wire,
        sample: search.sample.ok_or_else(refused),
    }
}

/// What serde reads, as one line: `{cents: u64, memo: string?}`.
///
/// It changes when the stored JSON would, and not for what is only in the code: the order of fields, the names of types,
/// newtypes. `?` alone is what was not seen, `..` the type around it, `..2` the one around that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wire(String);

impl Wire {
    /// A number that stands for the text: FNV-1a with 64 bits, for ever.
    pub(crate) fn fingerprint(&self) -> u64 {
        fnv::hash(self.0.bytes())
    }
}

impl fmt::Display for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// No value could be made up, since the type takes none of those that were tried. Say one by hand.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("no sample of {path}, which is read as `{asked}`: {said}")]
pub(crate) struct NoSample {
    path: String,
    asked: String,
    said: String,
}

impl NoSample {
    fn new(tree: &Tree, failure: Option<&Failure>) -> Self {
        let culprit = failure.and_then(|failure| failure.culprit);
        let node = culprit.and_then(|id| Some((id, tree.node(id)?)));
        let path = culprit.map_or_else(String::new, |id| path(tree, id));
        Self {
            path: if path.is_empty() {
                "the type".to_owned()
            } else {
                format!("`{path}`")
            },
            asked: node.map_or_else(|| "?".to_owned(), |(id, node)| text::text(tree, id, node)),
            said: failure.map_or_else(String::new, |failure| failure.refusal.to_string()),
        }
    }
}

/// Where a value stands: `address.zip`, `lines[0].price`.
fn path(tree: &Tree, id: Id) -> String {
    let edges: Vec<_> = tree.upwards(id).map(|(_, node)| node.place).collect();
    let steps = edges.into_iter().rev().map(|place| match place.edge {
        Edge::Root | Edge::Some | Edge::Inner => String::new(),
        Edge::Element(at) => format!("[{at}]"),
        Edge::Key(_) => ".key".to_owned(),
        Edge::Value(_) => ".value".to_owned(),
        Edge::Field { name, .. } => format!(".{name}"),
        Edge::Variant(at) => {
            let ask = place
                .parent
                .and_then(|id| tree.node(id))
                .map(|node| node.ask);
            let name = match ask {
                Some(Ask::Enum(names)) => names.get(at).copied(),
                _ => None,
            };
            format!(".{}", name.unwrap_or_default())
        }
    });
    let path: String = steps.collect();
    path.trim_start_matches('.').to_owned()
}
