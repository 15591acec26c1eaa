//! Reads the struct and the keys of `#[event]`.

use proc_macro2::{Ident, TokenStream};
use syn::parse::ParseStream;
use syn::{DeriveInput, Item, LitStr, Path};

use crate::diagnostics::Diagnostics;
use crate::messages;
use crate::syntax::keys::{self, Grammar, Known};
use crate::syntax::{attributes, items};

static KEYS: Grammar = Grammar::new(
    "`#[event]`",
    &[
        Known::new("name", "name = \"AccountOpened\""),
        Known::new("crate", "crate = gesta"),
    ],
);

/// The item below `#[event]`, and what its attributes say.
pub(crate) struct ParsedEvent {
    pub(crate) item: DeriveInput,
    pub(crate) keys: EventKeys,
    /// What the user derives without us.
    pub(crate) derives: Vec<String>,
    /// Whether the user says where serde is.
    pub(crate) names_serde: bool,
}

#[derive(Default)]
pub(crate) struct EventKeys {
    pub(crate) name: Option<LitStr>,
    pub(crate) krate: Option<Path>,
}

impl EventKeys {
    fn read(&mut self, key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        if key == "name" {
            self.name = Some(keys::assigned(input)?);
        } else {
            self.krate = Some(keys::path(input)?);
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
    let item = parse_item(item, diagnostics)?;
    Some(ParsedEvent {
        derives: attributes::derives(&item.attrs),
        names_serde: attributes::names_serde(&item.attrs),
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
