//! What a saga does. What the user wrote wrongly is left out here, and reported by `check`.

mod locked;
mod parameter;
mod step;

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Attribute, ItemImpl, Path, Signature};

use super::parse::{Mark, ParsedImpl, ParsedMethod};
use crate::krate::Krate;
use crate::lock::{Locked, Package};
use crate::syntax::{attributes, types};

pub(crate) use super::parse::{Correlate, HowMany};
pub(crate) use parameter::{Parameter, What};
pub(crate) use step::{Kind, Step};

pub(crate) struct Behaviour {
    /// The impl block, without our attributes.
    pub(crate) item: ItemImpl,
    /// The saga, if it is a plain type.
    pub(crate) this: Option<Path>,
    /// Those that are called, in the order in which they are written.
    pub(crate) methods: Vec<Method>,
    /// The names of all others.
    pub(crate) others: Vec<Ident>,
    /// Whether each event is a saga by itself, so that none has a state.
    pub(crate) is_stateless: bool,
    pub(crate) locked: Option<Locked>,
    pub(crate) krate: Krate,
    pub(crate) krate_path: Option<Path>,
}

/// A method that has an attribute of ours, or that `on_timeout` names.
pub(crate) struct Method {
    pub(crate) role: Role,
    /// The attribute, to point at.
    pub(crate) attribute: Option<Attribute>,
    /// Its place in the impl block.
    pub(crate) index: usize,
    pub(crate) cfgs: Vec<Attribute>,
    pub(crate) sig: Signature,
    /// Without `self`.
    pub(crate) parameters: Vec<Parameter>,
    /// The event that it takes, if it says.
    pub(crate) event: Option<Path>,
}

pub(crate) enum Role {
    Start(Option<Correlate>),
    Step(Box<Step>),
    /// By a command, or outside of the store.
    Undo(Kind),
    Completed,
    Failed,
    On(Option<Correlate>),
    /// An `on_timeout` names it.
    Instead,
}

impl Behaviour {
    pub(crate) fn new(parsed: ParsedImpl, package: &Package) -> Self {
        let ParsedImpl {
            item,
            krate,
            methods,
        } = parsed;
        let this = item.self_ty.to_token_stream();
        let instead = named_by_on_timeout(&methods);
        let (called, others): (Vec<_>, Vec<_>) = methods.into_iter().partition(|method| {
            method.mark.is_some() || instead.contains(&method.sig.ident.unraw().to_string())
        });
        let mut methods: Vec<_> = called
            .into_iter()
            .map(|method| Method::new(method, &this))
            .collect();
        step::link(&mut methods);
        Self {
            this: types::plain_path(&item.self_ty).cloned(),
            others: others.into_iter().map(|method| method.sig.ident).collect(),
            is_stateless: is_stateless(&methods),
            methods,
            locked: package.locked(),
            krate: Krate::new(krate.as_ref()),
            krate_path: krate,
            item,
        }
    }
}

fn named_by_on_timeout(methods: &[ParsedMethod]) -> BTreeSet<String> {
    let named = methods.iter().filter_map(|method| match &method.mark {
        Some((_, Mark::Step(keys))) => keys.on_timeout.as_ref(),
        _ => None,
    });
    named.map(|ident| ident.unraw().to_string()).collect()
}

/// Whether it has nothing but `#[on]` methods, none of which sees a state.
fn is_stateless(methods: &[Method]) -> bool {
    let alone =
        |method: &Method| matches!(method.role, Role::On(_)) && method.sig.receiver().is_none();
    !methods.is_empty() && methods.iter().all(alone)
}

impl Method {
    fn new(parsed: ParsedMethod, this: &TokenStream) -> Self {
        let (attribute, role) = match parsed.mark {
            Some((attribute, mark)) => (Some(attribute), Role::new(mark, &parsed.sig)),
            None => (None, Role::Instead),
        };
        let parameters = parameter::of(&parsed.sig, &role);
        Self {
            event: parameter::event(&parameters, this),
            role,
            attribute,
            index: parsed.index,
            cfgs: attributes::of(&parsed.attrs, &["cfg"]),
            parameters,
            sig: parsed.sig,
        }
    }

    /// As it is stored.
    pub(crate) fn name(&self) -> String {
        self.sig.ident.unraw().to_string()
    }

    /// The first of its parameters that is this.
    pub(crate) fn parameter(&self, what: What) -> Option<&Parameter> {
        self.parameters.iter().find(|each| each.what == what)
    }

    pub(crate) fn step(&self) -> Option<&Step> {
        match &self.role {
            Role::Step(step) => Some(step),
            _ => None,
        }
    }

    pub(crate) fn is_effect(&self) -> bool {
        match &self.role {
            Role::Step(step) => step.kind == Kind::Effect,
            Role::Undo(kind) => *kind == Kind::Effect,
            _ => false,
        }
    }

    /// The event that it is called for: an awaited one is that of the key.
    pub(crate) fn taken(&self) -> Option<&Path> {
        match self.step().and_then(|step| step.keys.awaits.as_ref()) {
            Some((_, event)) => Some(event),
            None => self.event.as_ref(),
        }
    }

    pub(crate) fn correlate(&self) -> Option<&Correlate> {
        match &self.role {
            Role::Start(correlate) | Role::On(correlate) => correlate.as_ref(),
            Role::Step(step) => step.keys.correlate.as_ref(),
            _ => None,
        }
    }
}

impl Role {
    pub(crate) fn is_completed(&self) -> bool {
        matches!(self, Self::Completed)
    }

    pub(crate) fn is_failed(&self) -> bool {
        matches!(self, Self::Failed)
    }
}

impl Role {
    fn new(mark: Mark, sig: &Signature) -> Self {
        match mark {
            Mark::Start(correlate) => Self::Start(correlate),
            Mark::Step(keys) => Self::Step(Box::new(Step::from(*keys))),
            Mark::Undo => Self::Undo(match parameter::is_of_an_effect(sig) {
                true => Kind::Effect,
                false => Kind::Call,
            }),
            Mark::Completed => Self::Completed,
            Mark::Failed => Self::Failed,
            Mark::On(correlate) => Self::On(correlate),
        }
    }
}

impl Behaviour {
    /// The steps, in the order of their numbers.
    pub(crate) fn steps(&self) -> impl Iterator<Item = (&Method, &Step)> {
        self.methods
            .iter()
            .filter_map(|method| Some((method, method.step()?)))
    }

    /// The method of this name, if it is called.
    pub(crate) fn method(&self, name: &Ident) -> Option<&Method> {
        let name = name.unraw();
        self.methods
            .iter()
            .find(|method| method.sig.ident.unraw() == name)
    }
}
