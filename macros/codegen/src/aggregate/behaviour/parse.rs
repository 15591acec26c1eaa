//! Reads the impl block, and takes our attributes out of it.

use proc_macro2::{Ident, TokenStream};
use syn::parse::ParseStream;
use syn::{Attribute, FnArg, ImplItem, ImplItemFn, ItemImpl, Path, Signature, Visibility};

use crate::aggregate::root;
use crate::diagnostics::Diagnostics;
use crate::messages;
use crate::syntax::attributes;
use crate::syntax::keys::{self, Grammar, Known};

static KEYS: Grammar = Grammar {
    of: "`#[aggregate]` on an impl block",
    keys: &[Known::new("crate", "crate = gesta")],
    elsewhere: |key| {
        let known = root::KEYS.get(key)?;
        Some(messages::key_of_the_struct(key, known.example))
    },
};

static COMMAND: Grammar = Grammar::new(
    "`#[command]`",
    &[
        Known::new("create", "create"),
        Known::new("upsert", "upsert"),
        Known::new("name", "name = OpenAccount"),
    ],
);

static APPLY: Grammar = Grammar::new("`#[apply]`", &[]);

static UPCAST: Grammar = Grammar::new("`#[upcast]`", &[]);

/// The impl block without our attributes, and what they say.
pub(crate) struct ParsedImpl {
    pub(crate) item: ItemImpl,
    pub(crate) krate: Option<Path>,
    pub(crate) methods: Vec<ParsedMethod>,
}

/// A method that had one of our attributes.
pub(crate) struct ParsedMethod {
    /// Its place in the impl block.
    pub(crate) index: usize,
    pub(crate) role: Role,
    /// All its other attributes.
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    /// With the attributes of its parameters.
    pub(crate) sig: Signature,
}

pub(crate) enum Role {
    Command(CommandKeys),
    Apply,
    Upcast,
}

#[derive(Default)]
pub(crate) struct CommandKeys {
    pub(crate) create: Option<Ident>,
    pub(crate) upsert: Option<Ident>,
    pub(crate) name: Option<Ident>,
}

impl CommandKeys {
    fn read(&mut self, key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        match key.to_string().as_str() {
            "create" => self.create = Some(key.clone()),
            "upsert" => self.upsert = Some(key.clone()),
            _ => self.name = Some(keys::assigned(input)?),
        }
        Ok(())
    }
}

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
    let methods = item.items.iter_mut().enumerate();
    let methods = methods
        .filter_map(|(index, item)| match item {
            ImplItem::Fn(method) => parse_method(index, method, diagnostics),
            _ => None,
        })
        .collect();
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
) -> Option<ParsedMethod> {
    let (ours, attrs): (Vec<_>, _) = method
        .attrs
        .drain(..)
        .partition(attributes::is_of_aggregates);
    method.attrs = attrs;
    let (first, others) = ours.split_first()?;
    for other in others {
        diagnostics.push(messages::second_attribute(other, &method.sig.ident));
    }
    let role = parse_role(first, diagnostics);
    let sig = method.sig.clone();
    if let Role::Command(_) = role {
        method.sig.inputs.iter_mut().for_each(drop_field_attributes);
    }
    Some(ParsedMethod {
        index,
        role,
        attrs: method.attrs.clone(),
        vis: method.vis.clone(),
        sig,
    })
}

fn parse_role(attribute: &Attribute, diagnostics: &mut Diagnostics) -> Role {
    let mut keys = CommandKeys::default();
    let (grammar, role): (_, fn(_) -> _) = match attribute {
        apply if attributes::is(apply, "apply") => (&APPLY, |_| Role::Apply),
        upcast if attributes::is(upcast, "upcast") => (&UPCAST, |_| Role::Upcast),
        _ => (&COMMAND, Role::Command),
    };
    keys::read_attribute(attribute, grammar, diagnostics, |key, input, _| {
        keys.read(key, input)
    });
    role(keys)
}

/// Docs and `#[serde(..)]` of a parameter belong to the field that it becomes.
fn drop_field_attributes(argument: &mut FnArg) {
    if let FnArg::Typed(argument) = argument {
        argument.attrs.retain(|attribute| {
            !attributes::is(attribute, "doc") && !attributes::is(attribute, "serde")
        });
    }
}
