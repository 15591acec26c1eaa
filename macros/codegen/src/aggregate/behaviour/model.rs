//! What an aggregate does. What the user wrote wrongly is left out here, and reported by `check`.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::{Attribute, FnArg, ItemImpl, Path, Signature, Type};

use super::command::Command;
use super::parse::{ParsedImpl, ParsedMethod, Role};
use crate::krate::Krate;
use crate::syntax::attributes;
use crate::syntax::fingerprint::Fingerprint;
use crate::syntax::types;

pub(crate) struct Behaviour {
    /// The impl block, without our attributes.
    pub(crate) item: ItemImpl,
    /// The aggregate, if the impl block is one of a plain type.
    pub(crate) this: Option<This>,
    pub(crate) commands: Vec<Command>,
    pub(crate) applies: Vec<Apply>,
    pub(crate) upcasts: Vec<Upcast>,
    /// Changes when an `#[apply]` or `#[upcast]` method does.
    pub(crate) fingerprint: u64,
    pub(crate) krate: Krate,
    pub(crate) krate_path: Option<Path>,
}

/// The aggregate's type.
pub(crate) struct This {
    pub(crate) path: Path,
    pub(crate) ident: Ident,
}

/// An `#[apply]` method.
pub(crate) struct Apply {
    pub(crate) index: usize,
    /// The event that it takes, if it says.
    pub(crate) event: Option<AppliedEvent>,
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) sig: Signature,
}

/// An `#[upcast]` function.
pub(crate) struct Upcast {
    /// The event that it takes, if it says.
    pub(crate) event: Option<Path>,
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) sig: Signature,
}

pub(crate) struct AppliedEvent {
    pub(crate) path: Path,
    /// The last segment of the path.
    pub(crate) variant: Ident,
}

impl From<ParsedImpl> for Behaviour {
    fn from(parsed: ParsedImpl) -> Self {
        let ParsedImpl {
            item,
            krate,
            methods,
        } = parsed;
        let fingerprint = fingerprint(&item, &methods);
        let self_type = item.self_ty.to_token_stream();
        let (mut commands, mut applies, mut upcasts) = (Vec::new(), Vec::new(), Vec::new());
        for method in methods {
            match method.role {
                Role::Command(keys) => commands.push(Command::new(
                    method.index,
                    keys,
                    &method.attrs,
                    method.vis,
                    method.sig,
                    &self_type,
                )),
                Role::Apply => applies.push(Apply::new(
                    method.index,
                    method.attrs,
                    method.sig,
                    &self_type,
                )),
                Role::Upcast => upcasts.push(Upcast {
                    event: applied_event(&method.sig, &self_type).map(|event| event.path),
                    attrs: method.attrs,
                    sig: method.sig,
                }),
            }
        }
        Self {
            this: this(&item),
            commands,
            applies,
            upcasts,
            fingerprint,
            krate: Krate::new(krate.as_ref()),
            krate_path: krate,
            item,
        }
    }
}

impl Apply {
    fn new(index: usize, attrs: Vec<Attribute>, sig: Signature, this: &TokenStream) -> Self {
        Self {
            index,
            event: applied_event(&sig, this),
            attrs,
            sig,
        }
    }
}

fn this(item: &ItemImpl) -> Option<This> {
    if item.trait_.is_some() || !item.generics.params.is_empty() {
        return None;
    }
    let path = types::plain_path(&item.self_ty)?;
    let ident = attributes::last_segment(path)?.clone();
    Some(This {
        path: path.clone(),
        ident,
    })
}

/// The `Deposited` of `event: &Deposited`.
fn applied_event(sig: &Signature, this: &TokenStream) -> Option<AppliedEvent> {
    let argument = sig.inputs.iter().find_map(|input| match input {
        FnArg::Typed(argument) => Some(argument),
        FnArg::Receiver(_) => None,
    })?;
    let ty = match types::ungrouped(&argument.ty) {
        Type::Reference(reference) => types::ungrouped(&reference.elem),
        other => other,
    };
    let path = types::plain_path(&types::without_self(ty, this))?.clone();
    let variant = attributes::last_segment(&path)?.clone();
    Some(AppliedEvent { path, variant })
}

fn fingerprint(item: &ItemImpl, methods: &[ParsedMethod]) -> u64 {
    let mut fingerprint = Fingerprint::new();
    let folding = methods
        .iter()
        .filter(|method| matches!(method.role, Role::Apply | Role::Upcast));
    for method in folding.filter_map(|method| item.items.get(method.index)) {
        fingerprint.tokens(method.to_token_stream());
    }
    fingerprint.finish()
}
