//! Reads the struct and the keys above it.

use proc_macro2::{Ident, TokenStream};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{ItemStruct, LitInt, LitStr, Path, Token, Type};

use crate::diagnostics::Diagnostics;
use crate::syntax::keys::{self, Grammar, Known};

pub(crate) static KEYS: Grammar = Grammar::new(
    "`#[aggregate]` on a struct",
    &[
        Known::new("id", "id = AccountNumber"),
        Known::new("error", "error = Refused"),
        Known::new("name", "name = \"Account\""),
        Known::new("snapshot", "snapshot(every = 100)"),
        Known::new("retired", "retired(\"AccountFlagged\")"),
        Known::new("crate", "crate = gesta"),
    ],
);

static SNAPSHOT: Grammar = Grammar::new(
    "`snapshot(..)`",
    &[
        Known::new("every", "every = 100"),
        Known::new("version", "version = 2"),
    ],
);

pub(crate) struct ParsedRoot {
    pub(crate) item: ItemStruct,
    pub(crate) keys: RootKeys,
}

#[derive(Default)]
pub(crate) struct RootKeys {
    pub(crate) id: Option<Type>,
    pub(crate) error: Option<Type>,
    pub(crate) name: Option<LitStr>,
    pub(crate) snapshot: Option<ParsedSnapshot>,
    pub(crate) retired: Vec<LitStr>,
    pub(crate) krate: Option<Path>,
}

pub(crate) struct ParsedSnapshot {
    /// The key, to point at.
    pub(crate) key: Ident,
    pub(crate) every: Option<LitInt>,
    pub(crate) version: Option<LitInt>,
    /// Whether one of its keys was reported.
    pub(crate) is_reported: bool,
}

pub(crate) fn parse(
    args: TokenStream,
    item: TokenStream,
    diagnostics: &mut Diagnostics,
) -> Option<ParsedRoot> {
    let mut keys = RootKeys::default();
    keys::read(args, &KEYS, diagnostics, |key, input, diagnostics| {
        keys.read(key, input, diagnostics)
    });
    let item = diagnostics.ok(syn::parse2(item))?;
    Some(ParsedRoot { item, keys })
}

impl RootKeys {
    fn read(
        &mut self,
        key: &Ident,
        input: ParseStream<'_>,
        diagnostics: &mut Diagnostics,
    ) -> syn::Result<()> {
        match key.to_string().as_str() {
            "id" => self.id = Some(keys::assigned(input)?),
            "error" => self.error = Some(keys::assigned(input)?),
            "name" => self.name = Some(keys::assigned(input)?),
            "snapshot" => {
                let keys = keys::listed(input)?;
                self.snapshot = Some(parse_snapshot(key.clone(), keys, diagnostics));
            }
            "retired" => {
                let parser = Punctuated::<LitStr, Token![,]>::parse_terminated;
                self.retired = parser.parse2(keys::listed(input)?)?.into_iter().collect();
            }
            _ => self.krate = Some(keys::path(input)?),
        }
        Ok(())
    }
}

fn parse_snapshot(key: Ident, keys: TokenStream, diagnostics: &mut Diagnostics) -> ParsedSnapshot {
    let mut snapshot = ParsedSnapshot {
        key,
        every: None,
        version: None,
        is_reported: false,
    };
    let before = diagnostics.len();
    keys::read(keys, &SNAPSHOT, diagnostics, |key, input, _| {
        let number = Some(keys::assigned(input)?);
        if key == "every" {
            snapshot.every = number;
        } else {
            snapshot.version = number;
        }
        Ok(())
    });
    snapshot.is_reported = diagnostics.len() > before;
    snapshot
}
