//! Reads the impl block, and takes our attributes out of it.

use proc_macro2::{Ident, TokenStream};
use syn::parse::ParseStream;
use syn::{Attribute, Expr, ImplItem, ImplItemFn, ItemImpl, Meta, Path, Signature};

use crate::diagnostics::Diagnostics;
use crate::messages;
use crate::projection::root;
use crate::syntax::attributes;
use crate::syntax::keys::{self, Grammar, Known};

static KEYS: Grammar = Grammar {
    of: "`#[projection]` on an impl block",
    keys: &[Known::new("crate", "crate = gesta")],
    elsewhere: |key| {
        let known = root::KEYS.get(key)?;
        Some(messages::key_of_the_projection(key, known.example))
    },
};

static ON: Grammar = Grammar {
    of: "`#[on]`",
    keys: &[
        Known::new("key", "key = event.customer_id"),
        Known::new("keys", "keys = [event.from, event.to]"),
    ],
    elsewhere: |key| (key == "correlate").then(|| messages::correlate_in_a_projection(key)),
};

/// The impl block without our attributes, and what they say.
pub(crate) struct ParsedImpl {
    pub(crate) item: ItemImpl,
    pub(crate) krate: Option<Path>,
    pub(crate) methods: Vec<ParsedMethod>,
    pub(crate) hooks: Vec<ParsedHook>,
}

/// A method that had an `#[on]`.
pub(crate) struct ParsedMethod {
    /// Its place in the impl block.
    pub(crate) index: usize,
    pub(crate) keys: OnKeys,
    /// All its other attributes.
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) sig: Signature,
}

/// A method that had a `#[setup]` or a `#[teardown]`.
pub(crate) struct ParsedHook {
    pub(crate) hook: Hook,
    /// The attribute, to point at.
    pub(crate) attribute: Attribute,
    /// Its place in the impl block.
    pub(crate) index: usize,
    /// All its other attributes.
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) sig: Signature,
}

/// What is done with tables as a whole.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hook {
    Setup,
    Teardown,
}

impl Hook {
    /// Of the attribute, and of what it implements.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Teardown => "teardown",
        }
    }
}

/// Each with the key itself, to point at.
#[derive(Default)]
pub(crate) struct OnKeys {
    pub(crate) key: Option<(Ident, Expr)>,
    pub(crate) keys: Option<(Ident, Expr)>,
}

impl OnKeys {
    fn read(&mut self, key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        let written = Some((key.clone(), keys::assigned(input)?));
        if key == "key" {
            self.key = written;
        } else {
            self.keys = written;
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
    let (mut methods, mut hooks) = (Vec::new(), Vec::new());
    for (index, item) in item.items.iter_mut().enumerate() {
        if let ImplItem::Fn(method) = item {
            let found = [Hook::Setup, Hook::Teardown]
                .map(|hook| parse_hook(hook, index, method, diagnostics));
            methods.extend(parse_method(index, method, diagnostics));
            hooks.extend(found.into_iter().flatten());
        }
    }
    Some(ParsedImpl {
        item,
        krate,
        methods,
        hooks,
    })
}

fn parse_hook(
    hook: Hook,
    index: usize,
    method: &mut ImplItemFn,
    diagnostics: &mut Diagnostics,
) -> Option<ParsedHook> {
    let is_hook = |attribute: &mut Attribute| attributes::is(attribute, hook.name());
    let mut ours = method.attrs.extract_if(.., is_hook);
    let attribute = ours.next()?;
    for again in ours {
        diagnostics.push(messages::hooked_twice(&again));
    }
    if !matches!(attribute.meta, Meta::Path(_)) {
        diagnostics.push(messages::hook_with_keys(&attribute, hook.name()));
    }
    Some(ParsedHook {
        hook,
        attribute,
        index,
        attrs: method.attrs.clone(),
        sig: method.sig.clone(),
    })
}

fn parse_method(
    index: usize,
    method: &mut ImplItemFn,
    diagnostics: &mut Diagnostics,
) -> Option<ParsedMethod> {
    let is_on = |attribute: &mut Attribute| attributes::is(attribute, "on");
    let ours: Vec<_> = method.attrs.extract_if(.., is_on).collect();
    let (first, others) = ours.split_first()?;
    for other in others {
        diagnostics.push(messages::second_on(other, &method.sig.ident));
    }
    Some(ParsedMethod {
        index,
        keys: parse_keys(first, diagnostics),
        attrs: method.attrs.clone(),
        sig: method.sig.clone(),
    })
}

fn parse_keys(attribute: &Attribute, diagnostics: &mut Diagnostics) -> OnKeys {
    let mut keys = OnKeys::default();
    keys::read_attribute(attribute, &ON, diagnostics, |key, input, _| {
        keys.read(key, input)
    });
    keys
}
