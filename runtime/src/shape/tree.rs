//! What was asked for, at which place, and what is handed out there.

use super::candidates::{ANY, ANY_PLAIN, LENGTHS, TEXTS};
use super::fields::Fields;
use super::refusal::Refusal;

/// How many values a trace asks for, over all its passes.
const MAX_STEPS: usize = 1_000_000;
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
            Ask::Any if matches!(self.place.edge, Edge::Element(_)) => ANY_PLAIN,
            Ask::Any => ANY.len(),
            Ask::Unit | Ask::Nothing | Ask::Tuple(_) | Ask::Struct(_) | Ask::Newtype => 1,
        }
    }
}

/// Everything that was asked, and what to hand out in the next pass.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    /// The nodes that this pass came to.
    pub(super) log: Vec<Id>,
    /// The innermost value of this pass that was refused.
    pub(super) culprit: Option<Id>,
    steps: usize,
}

impl Tree {
    pub(super) fn begin(&mut self) {
        self.log.clear();
        self.culprit = None;
    }

    pub(super) fn spent(&self) -> bool {
        self.steps >= MAX_STEPS
    }

    pub(super) fn node(&self, id: Id) -> Option<&Node> {
        self.nodes.get(id)
    }

    /// Changes a node, if there is one.
    pub(super) fn edit<R>(&mut self, id: Id, change: impl FnOnce(&mut Node) -> R) -> Option<R> {
        self.nodes.get_mut(id).map(change)
    }

    pub(super) fn parent(&self, id: Id) -> Option<Id> {
        self.node(id)?.place.parent
    }

    /// The node and those around it, from the inside out.
    pub(super) fn upwards(&self, id: Id) -> impl Iterator<Item = (Id, &Node)> {
        let ids = std::iter::successors(Some(id), |id| self.parent(*id));
        ids.filter_map(|id| Some((id, self.node(id)?)))
    }

    pub(super) fn is_inside(&self, id: Id, outer: Id) -> bool {
        self.upwards(id).any(|(each, _)| each == outer)
    }

    /// What was asked at a place; more than one node if a type does not always ask for the same.
    pub(super) fn at(&self, place: Place) -> impl Iterator<Item = (Id, &Node)> {
        let around = place.parent.and_then(|parent| self.node(parent));
        let ids = around.map_or(&[][..], |node| &node.children);
        let root = (place.parent.is_none()).then(|| 0..self.nodes.len());
        let ids = ids.iter().copied().chain(root.into_iter().flatten());
        let nodes = ids.filter_map(|id| Some((id, self.node(id)?)));
        nodes.filter(move |(_, node)| node.place == place)
    }

    /// Notes that a type asks for something.
    pub(super) fn enter(
        &mut self,
        place: Place,
        ask: Ask,
        visitor: &'static str,
    ) -> Result<Id, Refusal> {
        self.steps += 1;
        if self.spent() {
            return Err(Refusal::Spent);
        }
        let same = |node: &Node| node.ask == ask && node.visitor == visitor;
        let found = self.at(place).find(|(_, node)| same(node));
        let id = match found.map(|(id, _)| id) {
            Some(id) => id,
            None => self.add(place, ask, visitor),
        };
        self.log.push(id);
        match self.node(id) {
            Some(node) if node.refused => Err(Refusal::Deep),
            _ => Ok(id),
        }
    }

    fn add(&mut self, place: Place, ask: Ask, visitor: &'static str) -> Id {
        let id = self.nodes.len();
        let node = self.make(place, ask, visitor);
        self.nodes.push(node);
        if let Some(parent) = place.parent {
            self.edit(parent, |node| node.children.push(id));
        }
        id
    }

    fn make(&self, place: Place, ask: Ask, visitor: &'static str) -> Node {
        let around = place.parent.into_iter().flat_map(|id| self.upwards(id));
        let around: Vec<_> = around.map(|(_, node)| node).collect();
        let same = |node: &&Node| ask.can_nest() && node.ask == ask && node.visitor == visitor;
        let nested = around.iter().filter(|node| same(node)).count();
        let up = around.iter().position(same).filter(|_| ask.is_named());
        let levels = |up| around.iter().take(up + 1).filter(|node| node.is_level());
        let parent = around.first();
        Node {
            place,
            ask,
            visitor,
            within: up.map(|up| levels(up).count()),
            seen_above: parent.is_some_and(|node| node.seen_above || node.within.is_some()),
            refused: nested > MAX_NESTED || around.len() > MAX_DEPTH,
            choice: 0,
            children: Vec::new(),
            fields: match ask {
                Ask::Struct(listed) => Fields::new(listed),
                _ => Fields::default(),
            },
            open: false,
            tag: None,
            texts: &[],
            variants: Vec::new(),
            only_variant: false,
            done: Vec::new(),
            stuck: false,
        }
    }

    /// Blames the value at whose place the log was this long, if nothing within it is to blame.
    pub(super) fn blame(&mut self, before: usize, around: Option<Id>) {
        let asked = self.log.get(before).copied();
        self.culprit = self.culprit.or(asked).or(around);
    }
}
