//! Reads the type and the keys of `#[value]`.

use proc_macro2::{Ident, TokenStream};
use syn::parse::ParseStream;
use syn::{DeriveInput, Item, LitBool, LitStr, Path};

use crate::diagnostics::Diagnostics;
use crate::messages;
use crate::syntax::items;
use crate::syntax::keys::{self, Grammar, Known};

static KEYS: Grammar = Grammar::new(
    "`#[value]`",
    &[
        Known::new("name", "name = \"Money\""),
        Known::new("lock", "lock = false"),
        Known::new("crate", "crate = gesta"),
    ],
);

/// The item below `#[value]`, and what its attribute says.
pub(crate) struct ParsedValue {
    pub(crate) item: DeriveInput,
    pub(crate) keys: ValueKeys,
}

#[derive(Default)]
pub(crate) struct ValueKeys {
    pub(crate) name: Option<LitStr>,
    pub(crate) lock: Option<LitBool>,
    pub(crate) krate: Option<Path>,
}

impl ValueKeys {
    fn read(&mut self, key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        match key.to_string().as_str() {
            "name" => self.name = Some(keys::assigned(input)?),
            "lock" => self.lock = Some(keys::assigned(input)?),
            _ => self.krate = Some(keys::path(input)?),
        }
        Ok(())
    }
}

pub(crate) fn parse(
    args: TokenStream,
    item: TokenStream,
    diagnostics: &mut Diagnostics,
) -> Option<ParsedValue> {
    let mut parsed = ValueKeys::default();
    keys::read(args, &KEYS, diagnostics, |key, input, _| {
        parsed.read(key, input)
    });
    let item = match diagnostics.ok(syn::parse2::<Item>(item))? {
        Item::Struct(item) => item.into(),
        Item::Enum(item) => item.into(),
        other => {
            let (keyword, what) = items::keyword(&other);
            diagnostics.push(messages::value_on_another_item(keyword, what));
            return None;
        }
    };
    Some(ParsedValue { item, keys: parsed })
}
