//! Reads the impl block, and takes our attributes out of it.

mod step;

use proc_macro2::{Ident, TokenStream};
use syn::{Attribute, Expr, ImplItem, ImplItemFn, ItemImpl, Meta, Path, Signature};

pub(crate) use step::{AfterKey, HowMany, StepKeys};

use crate::diagnostics::Diagnostics;
use crate::messages;
use crate::saga::root;
use crate::syntax::attributes;
use crate::syntax::keys::{self, Grammar, Known};

static KEYS: Grammar = Grammar {
    of: "`#[saga]` on an impl block",
    keys: &[Known::new("crate", "crate = gesta")],
    elsewhere: |key| {
        let known = root::KEYS.get(key)?;
        Some(messages::key_of_the_saga(key, known.example))
    },
};

const CORRELATE: Known = Known::new("correlate", "correlate = event.order_id");

static START: Grammar = Grammar {
    of: "`#[start]`",
    keys: &[CORRELATE],
    elsewhere: key_of_projections,
};

static ON: Grammar = Grammar {
    of: "`#[on]` in a saga",
    keys: &[CORRELATE],
    elsewhere: key_of_projections,
};

fn key_of_projections(key: &Ident) -> Option<syn::Error> {
    (key == "key" || key == "keys").then(|| messages::key_in_a_saga(key))
}

/// The impl block without our attributes, and what they say.
pub(crate) struct ParsedImpl {
    pub(crate) item: ItemImpl,
    pub(crate) krate: Option<Path>,
    /// All its methods.
    pub(crate) methods: Vec<ParsedMethod>,
}

pub(crate) struct ParsedMethod {
    /// The attribute, to point at, and what it says; `None` if the method has none of ours.
    pub(crate) mark: Option<(Attribute, Mark)>,
    /// Its place in the impl block.
    pub(crate) index: usize,
    /// All its other attributes.
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) sig: Signature,
}

/// What an attribute of ours says of a method.
pub(crate) enum Mark {
    Start(Option<Correlate>),
    Step(Box<StepKeys>),
    Undo,
    Completed,
    Failed,
    On(Option<Correlate>),
}

/// The key itself, to point at, and the expression.
pub(crate) type Correlate = (Ident, Expr);

pub(crate) fn parse(
    args: TokenStream,
    item: TokenStream,
    diagnostics: &mut Diagnostics,
) -> Option<ParsedImpl> {
    let mut krate = None;
    keys::read(args, &KEYS, diagnostics, |_, input, _| {
        krate = Some(keys::path(input)?);
        Ok(())
    });
    let mut item: ItemImpl = diagnostics.ok(syn::parse2(item))?;
    let mut methods = Vec::new();
    for (index, item) in item.items.iter_mut().enumerate() {
        if let ImplItem::Fn(method) = item {
            methods.push(parse_method(index, method, diagnostics));
        }
    }
    Some(ParsedImpl {
        item,
        krate,
        methods,
    })
}

fn parse_method(
    index: usize,
    method: &mut ImplItemFn,
    diagnostics: &mut Diagnostics,
) -> ParsedMethod {
    let is_ours = |attribute: &mut Attribute| attributes::is_of_sagas(attribute);
    let mut ours = method.attrs.extract_if(.., is_ours);
    let mark = ours.next().and_then(|attribute| {
        let mark = parse_mark(&attribute, diagnostics)?;
        Some((attribute, mark))
    });
    for again in ours {
        diagnostics.push(messages::second_mark(&again, &method.sig.ident));
    }
    ParsedMethod {
        mark,
        index,
        attrs: method.attrs.clone(),
        sig: method.sig.clone(),
    }
}

fn parse_mark(attribute: &Attribute, diagnostics: &mut Diagnostics) -> Option<Mark> {
    let name = attributes::last_segment(attribute.path())?.to_string();
    Some(match name.as_str() {
        "start" => Mark::Start(correlate(attribute, &START, diagnostics)),
        "on" => Mark::On(correlate(attribute, &ON, diagnostics)),
        "step" => Mark::Step(Box::new(step::parse(attribute, diagnostics))),
        other => {
            if !matches!(attribute.meta, Meta::Path(_)) {
                diagnostics.push(messages::hook_with_keys(attribute, other));
            }
            match other {
                "undo" => Mark::Undo,
                "completed" => Mark::Completed,
                _ => Mark::Failed,
            }
        }
    })
}

fn correlate(
    attribute: &Attribute,
    grammar: &'static Grammar,
    diagnostics: &mut Diagnostics,
) -> Option<Correlate> {
    let mut correlate = None;
    read(attribute, grammar, diagnostics, |key, input, _| {
        correlate = Some((key.clone(), keys::assigned(input)?));
        Ok(())
    });
    correlate
}

/// The keys in the parentheses of an attribute, if it has any.
fn read(
    attribute: &Attribute,
    grammar: &'static Grammar,
    diagnostics: &mut Diagnostics,
    read: impl FnMut(&Ident, syn::parse::ParseStream<'_>, &mut Diagnostics) -> syn::Result<()>,
) {
    match &attribute.meta {
        Meta::Path(_) => {}
        Meta::List(list) => keys::read(list.tokens.clone(), grammar, diagnostics, read),
        Meta::NameValue(meta) => diagnostics.push(messages::attribute_with_value(meta)),
    }
}
