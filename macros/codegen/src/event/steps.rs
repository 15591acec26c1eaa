//! Reads `#[since]`, `#[renamed]`, `#[changed]` and `#[removed]`: each is a step from one version to the next.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Data, DeriveInput, Expr, LitInt, LitStr, Meta, Path, Token, Type};

use crate::diagnostics::Diagnostics;
use crate::messages;
use crate::syntax::attributes;
use crate::syntax::fingerprint::Fingerprint;
use crate::syntax::keys::{self, Grammar, Known};

/// The steps of each field of the struct, in its order, and those of fields that it no longer has.
#[derive(Default)]
pub(crate) struct ParsedSteps {
    pub(crate) fields: Vec<FieldSteps>,
    pub(crate) removed: Vec<Removed>,
    /// Changes when one of them does.
    pub(crate) fingerprint: u64,
}

#[derive(Default)]
pub(crate) struct FieldSteps {
    pub(crate) since: Vec<Since>,
    pub(crate) renamed: Vec<Renamed>,
    pub(crate) changed: Vec<Changed>,
}

/// `#[since(2, default = "EUR")]`: there is such a field since version 2.
pub(crate) struct Since {
    pub(crate) version: LitInt,
    /// What stands for it in older events; `None` is the type's own default.
    pub(crate) default: Option<Expr>,
}

/// `#[renamed(2, was = "customer")]`: it was stored under that key before version 2.
pub(crate) struct Renamed {
    pub(crate) version: LitInt,
    pub(crate) was: LitStr,
}

/// `#[changed(3, from = u32, with = cents_from_units)]`: it had that type before version 3.
pub(crate) struct Changed {
    pub(crate) version: LitInt,
    pub(crate) from: Type,
    pub(crate) with: Path,
}

/// `#[removed(3, note: String, since = 2)]`: there was such a field from version 2 to before version 3.
pub(crate) struct Removed {
    pub(crate) version: LitInt,
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) since: Option<LitInt>,
}

static SINCE: Grammar = Grammar::new(
    "`#[since]`",
    &[Known::new("default", "default` or `default = \"EUR\"")],
);
static RENAMED: Grammar = Grammar::new("`#[renamed]`", &[Known::new("was", "was = \"customer\"")]);
static CHANGED: Grammar = Grammar::new(
    "`#[changed]`",
    &[
        Known::new("from", "from = u32"),
        Known::new("with", "with = cents_from_units"),
    ],
);
static REMOVED: Grammar = Grammar::new("`#[removed]`", &[Known::new("since", "since = 2")]);

/// Whether an attribute is one of these.
fn is_step(attribute: &Attribute) -> bool {
    let names = ["since", "renamed", "changed", "removed"];
    names.iter().any(|name| attributes::is(attribute, name))
}

/// Takes the steps out of the struct.
pub(crate) fn take(item: &mut DeriveInput, diagnostics: &mut Diagnostics) -> ParsedSteps {
    let mut fingerprint = Fingerprint::new();
    let steps: Vec<_> = item.attrs.extract_if(.., |each| is_step(each)).collect();
    let written = steps.iter().map(ToTokens::to_token_stream);
    written.for_each(|step| fingerprint.tokens(step));
    let removed = steps
        .iter()
        .filter_map(|attribute| of_the_struct(attribute, diagnostics))
        .collect();
    let fields = match &mut item.data {
        Data::Struct(data) => data.fields.iter_mut(),
        Data::Enum(data) => {
            // The enum is reported as what it is.
            let fields = data.variants.iter_mut().flat_map(|each| &mut each.fields);
            fields.for_each(|field| field.attrs.retain(|each| !is_step(each)));
            return ParsedSteps::default();
        }
        Data::Union(_) => return ParsedSteps::default(),
    };
    let fields = fields.map(|field| {
        let mut steps = FieldSteps::default();
        for attribute in field.attrs.extract_if(.., |attribute| is_step(attribute)) {
            fingerprint.tokens(field.ident.to_token_stream());
            fingerprint.tokens(attribute.to_token_stream());
            steps.read(&attribute, diagnostics);
        }
        steps
    });
    ParsedSteps {
        fields: fields.collect(),
        removed,
        fingerprint: fingerprint.finish(),
    }
}

impl FieldSteps {
    fn read(&mut self, attribute: &Attribute, diagnostics: &mut Diagnostics) {
        if attributes::is(attribute, "since") {
            self.since.extend(since(attribute, diagnostics));
        } else if attributes::is(attribute, "renamed") {
            self.renamed.extend(renamed(attribute, diagnostics));
        } else if attributes::is(attribute, "changed") {
            self.changed.extend(changed(attribute, diagnostics));
        } else {
            diagnostics.push(messages::removed_on_a_field(attribute));
        }
    }
}

fn of_the_struct(attribute: &Attribute, diagnostics: &mut Diagnostics) -> Option<Removed> {
    if attributes::is(attribute, "removed") {
        return removed(attribute, diagnostics);
    }
    diagnostics.push(messages::field_step_on_the_struct(attribute));
    None
}

fn since(attribute: &Attribute, diagnostics: &mut Diagnostics) -> Option<Since> {
    let example = "#[since(2, default)]";
    let (version, rest) = versioned(attribute, example, diagnostics)?;
    let before = diagnostics.len();
    let mut default = None;
    keys::read(rest, &SINCE, diagnostics, |_, input, _| {
        default = Some(if input.peek(Token![=]) {
            Some(keys::assigned(input)?)
        } else {
            None
        });
        Ok(())
    });
    if default.is_none() && diagnostics.len() == before {
        diagnostics.push(messages::since_without_default(attribute, &version));
    }
    Some(Since {
        version,
        default: default.flatten(),
    })
}

fn renamed(attribute: &Attribute, diagnostics: &mut Diagnostics) -> Option<Renamed> {
    let example = "#[renamed(2, was = \"customer\")]";
    let (version, rest) = versioned(attribute, example, diagnostics)?;
    let before = diagnostics.len();
    let mut was = None;
    keys::read(rest, &RENAMED, diagnostics, |_, input, _| {
        was = Some(keys::assigned(input)?);
        Ok(())
    });
    if was.is_none() && diagnostics.len() == before {
        diagnostics.push(messages::renamed_without_was(attribute, &version));
    }
    was.map(|was| Renamed { version, was })
}

fn changed(attribute: &Attribute, diagnostics: &mut Diagnostics) -> Option<Changed> {
    let example = "#[changed(2, from = u32, with = cents_from_units)]";
    let (version, rest) = versioned(attribute, example, diagnostics)?;
    let before = diagnostics.len();
    let (mut from, mut with) = (None, None);
    keys::read(rest, &CHANGED, diagnostics, |key, input, _| {
        if key == "from" {
            from = Some(keys::assigned(input)?);
        } else {
            with = Some(keys::path(input)?);
        }
        Ok(())
    });
    match (from, with) {
        (Some(from), Some(with)) => {
            return Some(Changed {
                version,
                from,
                with,
            });
        }
        (from, with) if diagnostics.len() == before => {
            let error =
                messages::changed_from_or_with_missing(attribute, &version, from.as_ref(), with);
            diagnostics.push(error);
        }
        _ => {}
    }
    None
}

fn removed(attribute: &Attribute, diagnostics: &mut Diagnostics) -> Option<Removed> {
    let example = "#[removed(2, note: String)]";
    let (version, rest) = versioned(attribute, example, diagnostics)?;
    let parser = |input: ParseStream<'_>| {
        let ident: Ident = input.parse()?;
        input.parse::<Token![:]>()?;
        let ty: Type = input.parse()?;
        input.parse::<Option<Token![,]>>()?;
        Ok((ident, ty, input.parse::<TokenStream>()?))
    };
    let Ok((ident, ty, rest)) = parser.parse2(rest.clone()) else {
        let error = messages::removed_without_field_and_type(attribute, &version, rest);
        diagnostics.push(error);
        return None;
    };
    let mut since = None;
    keys::read(rest, &REMOVED, diagnostics, |_, input, _| {
        since = Some(keys::assigned(input)?);
        Ok(())
    });
    Some(Removed {
        version,
        ident,
        ty,
        since,
    })
}

/// The version that an attribute begins with, and what stands behind it.
fn versioned(
    attribute: &Attribute,
    example: &str,
    diagnostics: &mut Diagnostics,
) -> Option<(LitInt, TokenStream)> {
    let parser = |input: ParseStream<'_>| {
        let version = input.parse::<LitInt>()?;
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        Ok((version, input.parse::<TokenStream>()?))
    };
    let parsed = match &attribute.meta {
        Meta::List(list) => parser.parse2(list.tokens.clone()).ok(),
        Meta::Path(_) | Meta::NameValue(_) => None,
    };
    if parsed.is_none() {
        diagnostics.push(messages::step_without_a_version(attribute, example));
    }
    parsed
}
