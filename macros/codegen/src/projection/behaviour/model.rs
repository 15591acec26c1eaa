//! How a projection takes its events. What the user wrote wrongly is left out here, and reported by `check`.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Expr, FnArg, ItemImpl, Pat, PatType, Path, Signature};

use super::parse::{OnKeys, ParsedImpl, ParsedMethod};
use crate::krate::Krate;
use crate::syntax::fingerprint::Fingerprint;
use crate::syntax::{attributes, types};

pub(crate) struct Behaviour {
    /// The impl block, without our attributes.
    pub(crate) item: ItemImpl,
    /// The projection, if it is a plain type.
    pub(crate) this: Option<Path>,
    pub(crate) handlers: Vec<Handler>,
    /// Changes when an `#[on]` method does.
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

impl From<ParsedImpl> for Behaviour {
    fn from(parsed: ParsedImpl) -> Self {
        let ParsedImpl {
            item,
            krate,
            methods,
        } = parsed;
        let this = item.self_ty.to_token_stream();
        Self {
            this: types::plain_path(&item.self_ty).cloned(),
            fingerprint: fingerprint(&item, &methods),
            handlers: methods
                .into_iter()
                .map(|method| Handler::new(method, &this))
                .collect(),
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

    /// The event, and `recorded` if it asks for it.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = &PatType> {
        parameters(&self.sig)
    }
}

/// Whether a parameter is one that the method does not use: `_`, `_event`.
pub(crate) fn is_unnamed(pattern: &Pat) -> bool {
    match pattern {
        Pat::Wild(_) => true,
        Pat::Ident(pattern) => pattern.ident.to_string().starts_with('_'),
        _ => false,
    }
}

fn parameters(sig: &Signature) -> impl Iterator<Item = &PatType> {
    sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(parameter) => Some(parameter),
        FnArg::Receiver(_) => None,
    })
}

/// The `Deposited` of `event: &Deposited`; and of `recorded: &Recorded<Deposited>`, so that the event is not missing
/// beside the error.
fn taken_event(sig: &Signature, this: &TokenStream) -> Option<Path> {
    let mut types = parameters(sig).map(|parameter| types::referred(&parameter.ty));
    let first = types.next()?;
    let event = if types::is_named(first, "Recorded") {
        types::argument(first).or_else(|| types.next())?
    } else {
        first
    };
    types::plain_path(&types::without_self(event, this)).cloned()
}

fn fingerprint(item: &ItemImpl, methods: &[ParsedMethod]) -> u64 {
    let mut fingerprint = Fingerprint::new();
    for method in methods {
        for (key, expression) in [&method.keys.key, &method.keys.keys].into_iter().flatten() {
            fingerprint.text(&key.to_string());
            fingerprint.tokens(Expr::to_token_stream(expression));
        }
        fingerprint.tokens(item.items.get(method.index).to_token_stream());
    }
    fingerprint.finish()
}
