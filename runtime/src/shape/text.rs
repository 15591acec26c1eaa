//! What was asked, as one line.
//!
//! Neither the order of fields nor the names of Rust types are stored in JSON, so neither is in the text.

use std::collections::BTreeSet;

use super::node::{Ask, Edge, Id, Node, Place};
use super::tree::Tree;

/// Equal elements of a tuple are counted from this number on.
const RUN: usize = 5;

/// What was never asked, because something before it was refused.
const UNSEEN: &str = "?";

/// What was asked at a place.
pub(super) fn place(tree: &Tree, parent: Option<Id>, edge: Edge) -> String {
    let asked = tree.at(Place { parent, edge });
    one_of(asked.map(|(id, node)| text(tree, id, node)).collect())
}

fn one_of(texts: BTreeSet<String>) -> String {
    let texts: Vec<_> = texts.into_iter().collect();
    match &*texts {
        [] => UNSEEN.to_owned(),
        [one] => one.clone(),
        several => format!("({})", several.join(" | ")),
    }
}

/// What was asked by one node.
pub(super) fn text(tree: &Tree, id: Id, node: &Node) -> String {
    if let Some(levels) = node.within {
        return match levels {
            0 | 1 => "..".to_owned(),
            _ => format!("..{levels}"),
        };
    }
    let inner = |edge| place(tree, Some(id), edge);
    match node.ask {
        _ if node.refused => "..".to_owned(),
        Ask::Leaf { name, .. } => name.to_owned(),
        Ask::Text | Ask::Any if !node.texts.is_empty() => one_text_of(node.texts),
        Ask::Text => "string".to_owned(),
        Ask::Unit => "null".to_owned(),
        Ask::Nothing => String::new(),
        Ask::Any if node.fields.names().next().is_some() => open(tree, id, node),
        Ask::Any => "any".to_owned(),
        Ask::Newtype => inner(Edge::Inner),
        Ask::Option => format!("{}?", inner(Edge::Some)),
        Ask::Seq => format!("[{}]", seq(tree, id, node)),
        Ask::Tuple(length) => tuple((0..length).map(Edge::Element).map(inner).collect()),
        Ask::Map if node.open => open(tree, id, node),
        Ask::Map => map(tree, node),
        Ask::Struct(_) => fields(tree, id, node),
        Ask::Enum(names) => variants(tree, id, node, names),
    }
}

/// One of these texts, as an enum of plain variants is stored.
fn one_text_of(texts: &[&str]) -> String {
    let texts = texts.iter().map(|text| word(text)).collect();
    format!("enum {}", braces(texts))
}

/// All elements as one, if they are equal: how many there were depends on what the type accepted.
fn seq(tree: &Tree, id: Id, node: &Node) -> String {
    let places = children(tree, node).filter_map(|(_, child)| match child.place.edge {
        Edge::Element(at) => Some(at + 1),
        _ => None,
    });
    let count = places.max().unwrap_or(0);
    let elements = (0..count).map(|at| place(tree, Some(id), Edge::Element(at)));
    let mut elements: Vec<_> = elements.collect();
    elements.dedup();
    match &*elements {
        [] => UNSEEN.to_owned(),
        elements => elements.join(", "),
    }
}

fn children<'t>(tree: &'t Tree, node: &Node) -> impl Iterator<Item = (Id, &'t Node)> {
    let ids = node.children.iter();
    ids.filter_map(|id| Some((*id, tree.node(*id)?)))
}

fn tuple(elements: Vec<String>) -> String {
    match &*elements {
        [one] => format!("({one},)"),
        [first, .., last] if elements.len() >= RUN && elements.iter().all(|each| each == first) => {
            format!("({last}; {})", elements.len())
        }
        _ => format!("({})", elements.join(", ")),
    }
}

fn map(tree: &Tree, node: &Node) -> String {
    let side = |is_key: bool| {
        let nodes = children(tree, node);
        let side = nodes.filter(|(_, child)| matches!(child.place.edge, Edge::Key(_)) == is_key);
        one_of(side.map(|(id, child)| text(tree, id, child)).collect())
    };
    format!("{{{} => {}}}", side(true), side(false))
}

/// A struct with a flattened field, or a variant that stands in one struct with its tag. Of these only the fields are
/// known that they cannot do without.
fn open(tree: &Tree, id: Id, node: &Node) -> String {
    let mut known = each_field(tree, id, node);
    known.sort();
    known.insert(0, "..".to_owned());
    format!("{{{}}}", known.join(", "))
}

fn fields(tree: &Tree, id: Id, node: &Node) -> String {
    let tag = node.tag.and_then(|tag| tree.node(tag));
    match tag.filter(|tag| is_tag(tree, tag)) {
        Some(tag) => tagged(tree, id, node, tag),
        None => braces(each_field(tree, id, node)),
    }
}

/// Whether an enum is nothing but names.
fn is_tag(tree: &Tree, node: &Node) -> bool {
    children(tree, node).all(|(_, child)| child.ask == Ask::Nothing)
}

/// A pair of fields of which the first names a variant: one struct for each variant, if the second depends on it.
fn tagged(tree: &Tree, id: Id, node: &Node, tag: &Node) -> String {
    let (Ask::Enum(names), Edge::Field { name: key, .. }) = (tag.ask, tag.place.edge) else {
        return UNSEEN.to_owned();
    };
    let content = |at| {
        let other = node.fields.names().filter(|name| *name != key);
        let other = other.map(|name| field(tree, id, name, Some(at)));
        other.collect::<String>()
    };
    let groups = groups(tag, names);
    let contents: BTreeSet<_> = groups.iter().map(|(at, _)| content(*at)).collect();
    if contents.len() == 1 {
        return braces(each_field(tree, id, node));
    }
    let each = groups.iter().map(|(at, variant)| {
        let named = format!("{}: {variant}", word(key));
        braces(vec![content(*at), named])
    });
    one_of(each.collect())
}

fn each_field(tree: &Tree, id: Id, node: &Node) -> Vec<String> {
    let fields = node.fields.names();
    fields.map(|name| field(tree, id, name, None)).collect()
}

/// A field: as it is read behind this tag, or behind any.
fn field(tree: &Tree, id: Id, name: &str, behind: Option<usize>) -> String {
    let Some(node) = tree.node(id) else {
        return UNSEEN.to_owned();
    };
    let read = children(tree, node).filter(|(_, child)| match child.place.edge {
        Edge::Field { name: other, tag } => other == name && (behind.is_none() || tag == behind),
        _ => false,
    });
    let texts = read.map(|(id, child)| text(tree, id, child));
    format!("{}: {}", word(name), one_of(texts.collect()))
}

fn braces(mut fields: Vec<String>) -> String {
    fields.sort();
    format!("{{{}}}", fields.join(", "))
}

fn variants(tree: &Tree, id: Id, node: &Node, names: &[&str]) -> String {
    let groups = groups(node, names);
    let texts = groups.into_iter().map(|(at, name)| {
        let content = content(tree, id, at);
        format!("{name}{content}")
    });
    let mut texts: Vec<_> = texts.collect();
    texts.sort();
    format!("enum {{{}}}", texts.join(", "))
}

/// The content of a variant. A newtype variant of a tuple or a struct is stored like a tuple or a struct variant, so they
/// look alike.
fn content(tree: &Tree, id: Id, at: usize) -> String {
    let text = place(tree, Some(id), Edge::Variant(at));
    let in_brackets = [('(', ')'), ('{', '}')];
    let whole = |(open, close)| text.starts_with(open) && text.ends_with(close);
    if text.is_empty() || in_brackets.into_iter().any(whole) {
        return text;
    }
    format!("({text})")
}

/// Each variant with the place of its first name. Those with several names show all of them, since serde does not say
/// which one is written.
fn groups(node: &Node, names: &[&str]) -> Vec<(usize, String)> {
    let mut groups: Vec<(usize, Option<u64>, Vec<String>)> = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let is = identity(node, at);
        let mut known = groups.iter_mut();
        match known.find(|(_, other, _)| is.is_some() && *other == is) {
            Some((_, _, names)) => names.push(word(name)),
            None => groups.push((at, is, vec![word(name)])),
        }
    }
    let groups = groups.into_iter();
    groups.map(|(at, _, names)| (at, names.join("/"))).collect()
}

/// What tells this variant from others; `None` if it is told by its name, because what was read into does not tell.
fn identity(node: &Node, at: usize) -> Option<u64> {
    let of = |at| node.variants.iter().find(|(variant, _)| *variant == at);
    let (_, first) = node.variants.first()?;
    let (_, this) = of(at)?;
    let all_alike = node.variants.iter().all(|(_, each)| each == first);
    (node.only_variant || !all_alike).then_some(*this)
}

/// A name, in quotes if it would be misread without.
fn word(name: &str) -> String {
    let plain = |char: char| char.is_alphanumeric() || "_-.$".contains(char);
    if !name.is_empty() && name.chars().all(plain) {
        return name.to_owned();
    }
    format!("{name:?}")
}
