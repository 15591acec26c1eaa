//! Reads the struct and the keys of `#[event]`, and takes our other attributes out of it.

use proc_macro2::{Ident, TokenStream};
use syn::parse::ParseStream;
use syn::{DeriveInput, Expr, Item, LitBool, LitInt, LitStr, Path};

use super::steps::{self, ParsedSteps};
use crate::diagnostics::Diagnostics;
use crate::messages;
use crate::syntax::items;
use crate::syntax::keys::{self, Grammar, Known};

static KEYS: Grammar = Grammar::new(
    "`#[event]`",
    &[
        Known::new("version", "version = 2"),
        Known::new("from", "from = AccountOpenedV1"),
        Known::new("name", "name = \"AccountOpened\""),
        Known::new("was", "was = [\"AccountCreated\"]"),
        Known::new("lock", "lock = false"),
        Known::new("sample", "sample = AccountOpened { .. }"),
        Known::new("crate", "crate = gesta"),
    ],
);

/// The item below `#[event]`, and what its attributes say.
pub(crate) struct ParsedEvent {
    /// Without our attributes.
    pub(crate) item: DeriveInput,
    pub(crate) keys: EventKeys,
    pub(crate) steps: ParsedSteps,
}

#[derive(Default)]
pub(crate) struct EventKeys {
    pub(crate) version: Option<LitInt>,
    pub(crate) from: Option<Path>,
    pub(crate) name: Option<LitStr>,
    pub(crate) was: Vec<LitStr>,
    pub(crate) lock: Option<LitBool>,
    pub(crate) sample: Option<Expr>,
    pub(crate) krate: Option<Path>,
}

impl EventKeys {
    fn read(&mut self, key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        match key.to_string().as_str() {
            "version" => self.version = Some(keys::assigned(input)?),
            "from" => self.from = Some(keys::path(input)?),
            "name" => self.name = Some(keys::assigned(input)?),
            "was" => self.was = keys::names(input)?,
            "lock" => self.lock = Some(keys::assigned(input)?),
            "sample" => self.sample = Some(keys::assigned(input)?),
            _ => self.krate = Some(keys::path(input)?),
        }
        Ok(())
    }
}

pub(crate) fn parse(
    args: TokenStream,
    item: TokenStream,
    diagnostics: &mut Diagnostics,
) -> Option<ParsedEvent> {
    let mut parsed = EventKeys::default();
    keys::read(args, &KEYS, diagnostics, |key, input, _| {
        parsed.read(key, input)
    });
    let mut item = parse_item(item, diagnostics)?;
    Some(ParsedEvent {
        steps: steps::take(&mut item, diagnostics),
        keys: parsed,
        item,
    })
}

fn parse_item(item: TokenStream, diagnostics: &mut Diagnostics) -> Option<DeriveInput> {
    match diagnostics.ok(syn::parse2::<Item>(item))? {
        Item::Struct(item) => Some(item.into()),
        Item::Enum(item) => Some(item.into()),
        Item::Union(item) => Some(item.into()),
        other => {
            let (keyword, what) = items::keyword(&other);
            diagnostics.push(messages::event_on_another_item(keyword, what));
            None
        }
    }
}
