//! One thing that was asked, where, and what is handed out for it.

use super::candidates::{ANY, ANY_PLAIN, Any, LENGTHS, TEXTS, pick};
use super::fields::Fields;

/// How deep a value may be nested. It bounds the stack.
const MAX_DEPTH: usize = 64;
/// How often a type may contain itself in a sample.
const MAX_NESTED: usize = 1;

pub(super) type Id = usize;

/// What a type asks a deserializer for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    Leaf {
        name: &'static str,
        options: usize,
    },
    Text,
    Unit,
    /// A variant that has no content.
    Nothing,
    Option,
    Seq,
    Tuple(usize),
    Map,
    Struct(&'static [&'static str]),
    Enum(&'static [&'static str]),
    Newtype,
    Any,
}

/// Where a value stands in the one around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Edge {
    Root,
    Some,
    Inner,
    Element(usize),
    Key(usize),
    Value(usize),
    Field {
        name: &'static str,
        /// The variant that the field before it named, if this may be the content of that variant.
        tag: Option<usize>,
    },
    Variant(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) parent: Option<Id>,
    pub(super) edge: Edge,
}

/// One ask at one place.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) place: Place,
    pub(super) ask: Ask,
    /// The type of the visitor. It stands for the type that asks, which has no name of its own here.
    visitor: &'static str,
    /// How many structs and enums up the same type stands, if it contains itself.
    pub(super) within: Option<usize>,
    /// Whether it stands in a type that contains itself, so that it is seen further up.
    pub(super) seen_above: bool,
    /// Whether it is nested too deep to be handed out.
    pub(super) refused: bool,
    /// Whether it is an element of something that takes whatever is there.
    plain: bool,
    /// Which of the candidates is handed out.
    pub(super) choice: usize,
    pub(super) children: Vec<Id>,
    pub(super) fields: Fields,
    /// Whether a map is read by the names of fields, as a struct with a flattened field does.
    pub(super) open: bool,
    /// The field that names the variant of the next one.
    pub(super) tag: Option<Id>,
    /// The texts that are read here, if the type told.
    pub(super) texts: &'static [&'static str],
    /// What tells the variants of an enum apart, as far as they were read.
    pub(super) variants: Vec<(usize, u64)>,
    /// Whether an enum has but one variant, by however many names.
    pub(super) only_variant: bool,
    /// The variants whose content was read to its end.
    pub(super) done: Vec<usize>,
    /// Whether every candidate was tried in vain.
    pub(super) stuck: bool,
}

impl Ask {
    fn can_nest(self) -> bool {
        let plain = matches!(self, Self::Leaf { .. } | Self::Text | Self::Any);
        !plain && !matches!(self, Self::Unit | Self::Nothing)
    }

    /// The fields that it lists.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Struct(names) => names,
            _ => &[],
        }
    }

    /// Whether a type with a name asks like this. What contains itself has one.
    fn is_named(self) -> bool {
        matches!(self, Self::Struct(_) | Self::Enum(_) | Self::Newtype)
    }
}

impl Node {
    /// Whether a reader sees the node as a level: it is a struct or an enum, and no variant.
    fn is_level(&self) -> bool {
        let level = matches!(self.ask, Ask::Struct(_) | Ask::Enum(_));
        level && !matches!(self.place.edge, Edge::Variant(_))
    }

    /// A node below those, from the inside out.
    pub(super) fn new(place: Place, ask: Ask, visitor: &'static str, around: &[&Self]) -> Self {
        let same = |node: &&Self| ask.can_nest() && node.is(ask, visitor);
        let nested = around.iter().filter(|node| same(node)).count();
        let up = around.iter().position(same).filter(|_| ask.is_named());
        let levels = |up| around.iter().take(up + 1).filter(|node| node.is_level());
        let parent = around.first();
        Self {
            place,
            ask,
            visitor,
            within: up.map(|up| levels(up).count()),
            seen_above: parent.is_some_and(|node| node.seen_above || node.within.is_some()),
            refused: nested > MAX_NESTED || around.len() > MAX_DEPTH,
            plain: matches!(place.edge, Edge::Element(_))
                && parent.is_some_and(|node| node.ask == Ask::Any),
            choice: 0,
            children: Vec::new(),
            fields: Fields::new(ask.names()),
            open: false,
            tag: None,
            texts: &[],
            variants: Vec::new(),
            only_variant: false,
            done: Vec::new(),
            stuck: false,
        }
    }

    /// Whether the same type asks for the same.
    pub(super) fn is(&self, ask: Ask, visitor: &str) -> bool {
        self.ask == ask && self.visitor == visitor
    }

    /// The text that is handed out, by a name that stands in a field.
    pub(super) fn text(&self) -> Option<&'static str> {
        match self.ask {
            _ if !matches!(self.place.edge, Edge::Field { .. }) => None,
            Ask::Text => pick(TEXTS, self.choice),
            Ask::Any => pick(ANY, self.choice).and_then(Any::text),
            _ => None,
        }
    }

    /// How many candidates there are.
    pub(super) fn options(&self) -> usize {
        match self.ask {
            _ if self.refused => 1,
            Ask::Text | Ask::Any if !self.texts.is_empty() => self.texts.len(),
            Ask::Map if self.open => 1,
            Ask::Leaf { options, .. } => options,
            Ask::Text => TEXTS.len(),
            Ask::Option => 2,
            Ask::Seq | Ask::Map => LENGTHS.len(),
            Ask::Enum(variants) => variants.len(),
            Ask::Any if self.plain => ANY_PLAIN,
            Ask::Any => ANY.len(),
            Ask::Unit | Ask::Nothing | Ask::Tuple(_) | Ask::Struct(_) | Ask::Newtype => 1,
        }
    }
}
