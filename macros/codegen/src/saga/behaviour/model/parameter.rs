//! What the methods of a saga take. Each parameter is known by its type, so that their order is the user's.

use proc_macro2::TokenStream;
use syn::{PatType, Path, Signature};

use super::{Kind, Role};
use crate::method;
use crate::syntax::types;

pub(crate) struct Parameter {
    pub(crate) what: What,
    pub(crate) code: PatType,
}

/// What a parameter is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    Event,
    Recorded,
    Context,
    EffectContext,
    Failure,
    /// Nothing that such a method takes.
    Unknown,
}

impl What {
    /// The name of its type; an event's is its own.
    pub(crate) fn type_name(self) -> Option<&'static str> {
        match self {
            Self::Recorded => Some("Recorded"),
            Self::Context => Some("SagaContext"),
            Self::EffectContext => Some("EffectContext"),
            Self::Failure => Some("Failure"),
            Self::Event | Self::Unknown => None,
        }
    }

    /// Its usual name.
    pub(crate) fn usual(self) -> &'static str {
        match self {
            Self::Event | Self::Unknown => "event",
            Self::Recorded => "recorded",
            Self::Context | Self::EffectContext => "ctx",
            Self::Failure => "failure",
        }
    }
}

impl Role {
    /// What such a method may take, after `self`.
    pub(crate) fn takes(&self) -> &'static [What] {
        match self {
            Self::Start(_) => &[What::Event, What::Recorded],
            Self::On(_) => &[What::Event, What::Recorded, What::Context],
            Self::Step(step) => match step.kind {
                Kind::Call => &[What::Context],
                Kind::Effect => &[What::EffectContext],
                Kind::Awaits => &[What::Event, What::Recorded],
            },
            Self::Failed => &[What::Context, What::Failure],
            Self::Undo(Kind::Effect) => &[What::EffectContext],
            Self::Undo(_) | Self::Completed | Self::Instead => &[What::Context],
        }
    }
}

/// Whether the method waits for the outside, or means to.
pub(super) fn is_of_an_effect(sig: &Signature) -> bool {
    let offered = [What::EffectContext];
    let mut parameters = method::parameters(sig);
    sig.asyncness.is_some() || parameters.any(|code| what(code, &offered) == What::EffectContext)
}

pub(super) fn of(sig: &Signature, role: &Role) -> Vec<Parameter> {
    let mut left = role.takes().to_vec();
    let parameters = method::parameters(sig).map(|code| {
        let what = what(code, &left);
        left.retain(|each| *each != what);
        Parameter {
            what,
            code: code.clone(),
        }
    });
    parameters.collect()
}

/// One that has no name of ours is the event, if there is to be one.
fn what(code: &PatType, left: &[What]) -> What {
    let ty = types::referred(&code.ty);
    let is_named = |what: &&What| {
        let name = what.type_name();
        name.is_some_and(|name| types::is_named(ty, name))
    };
    match left.iter().find(is_named) {
        Some(what) => *what,
        None if left.contains(&What::Event) => What::Event,
        None => What::Unknown,
    }
}

/// The `Deposited` of `event: &Deposited`.
pub(super) fn event(parameters: &[Parameter], this: &TokenStream) -> Option<Path> {
    let event = parameters.iter().find(|each| each.what == What::Event)?;
    let ty = types::without_self(types::referred(&event.code.ty), this);
    types::plain_path(&ty).cloned()
}
