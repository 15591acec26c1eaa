//! How a projection takes its events. What the user wrote wrongly is left out here, and reported by `check`.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::{Attribute, Expr, ItemImpl, PatType, Path, Signature};

use super::parse::{OnKeys, ParsedHook, ParsedImpl, ParsedMethod};
use crate::krate::Krate;
use crate::method::parameters;
use crate::syntax::fingerprint::Fingerprint;
use crate::syntax::{attributes, types};

pub(crate) use super::parse::Hook;

pub(crate) struct Behaviour {
    /// The impl block, without our attributes.
    pub(crate) item: ItemImpl,
    /// The projection, if it is a plain type.
    pub(crate) this: Option<Path>,
    pub(crate) handlers: Vec<Handler>,
    /// What it does with tables as a whole.
    pub(crate) hooks: Vec<HookMethod>,
    /// The method that shows that it writes tables, and folds no documents.
    pub(crate) tables: Option<Ident>,
    /// Changes when an `#[on]` method does, or how its tables are made.
    pub(crate) fingerprint: u64,
    pub(crate) krate: Krate,
    pub(crate) krate_path: Option<Path>,
}

/// An `#[on]` method.
pub(crate) struct Handler {
    /// Its place in the impl block.
    pub(crate) index: usize,
    /// The event that it takes, if it says.
    pub(crate) event: Option<Path>,
    pub(crate) keys: OnKeys,
    pub(crate) cfgs: Vec<Attribute>,
    pub(crate) sig: Signature,
}

/// A `#[setup]` or `#[teardown]` method.
pub(crate) struct HookMethod {
    pub(crate) hook: Hook,
    /// The attribute, to point at.
    pub(crate) attribute: Attribute,
    /// Its place in the impl block.
    pub(crate) index: usize,
    pub(crate) cfgs: Vec<Attribute>,
    pub(crate) sig: Signature,
}

impl From<ParsedImpl> for Behaviour {
    fn from(parsed: ParsedImpl) -> Self {
        let ParsedImpl {
            item,
            krate,
            methods,
            hooks,
        } = parsed;
        let this = item.self_ty.to_token_stream();
        Self {
            this: types::plain_path(&item.self_ty).cloned(),
            fingerprint: fingerprint(&item, &methods, &hooks),
            tables: tables(&methods, &hooks),
            handlers: methods
                .into_iter()
                .map(|method| Handler::new(method, &this))
                .collect(),
            hooks: hooks.into_iter().map(HookMethod::from).collect(),
            krate: Krate::new(krate.as_ref()),
            krate_path: krate,
            item,
        }
    }
}

impl Handler {
    fn new(method: ParsedMethod, this: &TokenStream) -> Self {
        let event = taken_event(&method.sig, this);
        Self {
            event,
            index: method.index,
            keys: method.keys,
            cfgs: attributes::of(&method.attrs, &["cfg"]),
            sig: method.sig,
        }
    }

    /// Whether it is, or is meant to be, a method that writes tables.
    pub(crate) fn writes(&self) -> bool {
        writes(&self.sig)
    }

    /// The event, what it asks for beside it, and `sql` if it writes tables.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = &PatType> {
        parameters(&self.sig)
    }

    pub(crate) fn parameter(&self, takes: Takes) -> Option<&PatType> {
        self.parameters().find(|each| Takes::by(each) == takes)
    }
}

/// What a parameter is for, by its type.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    /// `recorded: &Recorded`, by whatever path, and whatever is written for it by mistake.
    Recorded,
    /// `key: &str`.
    Key,
    /// `sql: &mut Sql`, by whatever path, and whatever is written for it by mistake.
    Sql,
    /// The event, if it comes first.
    Another,
}

impl Takes {
    pub(crate) fn by(parameter: &PatType) -> Self {
        let referred = types::referred(&parameter.ty);
        match referred {
            ty if types::is_named(ty, "Sql") => Self::Sql,
            ty if types::is_named(ty, "Recorded") => Self::Recorded,
            ty if types::is_named(ty, "str") => Self::Key,
            _ => Self::Another,
        }
    }
}

impl From<ParsedHook> for HookMethod {
    fn from(parsed: ParsedHook) -> Self {
        Self {
            hook: parsed.hook,
            attribute: parsed.attribute,
            index: parsed.index,
            cfgs: attributes::of(&parsed.attrs, &["cfg"]),
            sig: parsed.sig,
        }
    }
}

/// What there is for all, a `#[setup]`, says more than one method.
fn tables(methods: &[ParsedMethod], hooks: &[ParsedHook]) -> Option<Ident> {
    let hooks = hooks.iter().map(|hook| &hook.sig);
    let methods = methods.iter().map(|method| &method.sig);
    let mut shown = hooks.chain(methods.filter(|sig| writes(sig)));
    shown.next().map(|sig| sig.ident.clone())
}

fn writes(sig: &Signature) -> bool {
    let is_free = sig.asyncness.is_some() && sig.receiver().is_none();
    is_free || parameters(sig).any(is_sql)
}

pub(crate) fn is_sql(parameter: &PatType) -> bool {
    Takes::by(parameter) == Takes::Sql
}

/// The `Deposited` of `event: &Deposited`; and of `recorded: &Recorded<Deposited>`, so that the event is not missing
/// beside the error.
fn taken_event(sig: &Signature, this: &TokenStream) -> Option<Path> {
    let parameters = parameters(sig);
    let parameters = parameters.filter(|each| !matches!(Takes::by(each), Takes::Sql | Takes::Key));
    let mut types = parameters.map(|parameter| types::referred(&parameter.ty));
    let first = types.next()?;
    let event = if types::is_named(first, "Recorded") {
        types::argument(first).or_else(|| types.next())?
    } else {
        first
    };
    types::plain_path(&types::without_self(event, this)).cloned()
}

fn fingerprint(item: &ItemImpl, methods: &[ParsedMethod], hooks: &[ParsedHook]) -> u64 {
    let mut fingerprint = Fingerprint::new();
    for method in methods {
        for (key, expression) in [&method.keys.key, &method.keys.keys].into_iter().flatten() {
            fingerprint.text(&key.to_string());
            fingerprint.tokens(Expr::to_token_stream(expression));
        }
        fingerprint.tokens(item.items.get(method.index).to_token_stream());
    }
    for setup in hooks.iter().filter(|each| each.hook == Hook::Setup) {
        fingerprint.tokens(item.items.get(setup.index).to_token_stream());
    }
    fingerprint.finish()
}
