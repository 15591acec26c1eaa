//! A `#[command]` method, and the struct that it becomes.

use proc_macro2::{Ident, TokenStream};
use syn::{Attribute, FnArg, Pat, PatType, Signature, Type, Visibility};

use super::parse::CommandKeys;
use crate::names;
use crate::syntax::{attributes, types};

pub(crate) struct Command {
    /// The place of the method in the impl block.
    pub(crate) index: usize,
    pub(crate) keys: CommandKeys,
    /// The name of the struct; `None` if the method's gives none.
    pub(crate) name: Option<Ident>,
    pub(crate) existence: Existence,
    pub(crate) vis: Visibility,
    /// Docs and deprecation: those of the method are those of the struct.
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) cfgs: Vec<Attribute>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) sig: Signature,
}

#[derive(Clone, Copy)]
pub(crate) enum Existence {
    Create,
    Require,
    Upsert,
}

/// What a parameter of the method is for the struct.
pub(crate) enum Parameter {
    Field(Box<Field>),
    Context,
    /// What cannot be a field; `check` says why.
    Unusable,
}

pub(crate) struct Field {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
}

impl Command {
    pub(crate) fn new(
        index: usize,
        keys: CommandKeys,
        attrs: &[Attribute],
        vis: Visibility,
        sig: Signature,
        this: &TokenStream,
    ) -> Self {
        Self {
            index,
            name: keys
                .name
                .clone()
                .or_else(|| names::command_struct(&sig.ident)),
            existence: existence(&keys),
            keys,
            vis,
            attrs: attributes::of(attrs, &["doc", "deprecated"]),
            cfgs: attributes::of(attrs, &["cfg"]),
            parameters: parameters(&sig, this),
            sig,
        }
    }

    /// Where its name is written: in the attribute, or before the parentheses.
    pub(crate) fn named_at(&self) -> &Ident {
        self.keys.name.as_ref().unwrap_or(&self.sig.ident)
    }

    pub(crate) fn fields(&self) -> impl Iterator<Item = &Field> {
        self.parameters
            .iter()
            .filter_map(|parameter| match parameter {
                Parameter::Field(field) => Some(&**field),
                Parameter::Context | Parameter::Unusable => None,
            })
    }
}

fn existence(keys: &CommandKeys) -> Existence {
    match keys {
        CommandKeys {
            create: Some(_), ..
        } => Existence::Create,
        CommandKeys {
            upsert: Some(_), ..
        } => Existence::Upsert,
        CommandKeys { .. } => Existence::Require,
    }
}

fn parameters(sig: &Signature, this: &TokenStream) -> Vec<Parameter> {
    let typed = sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(argument) => Some(argument),
        FnArg::Receiver(_) => None,
    });
    typed.map(|argument| parameter(argument, this)).collect()
}

fn parameter(argument: &PatType, this: &TokenStream) -> Parameter {
    if is_context(&argument.ty) {
        return Parameter::Context;
    }
    let Some(ident) = name(&argument.pat) else {
        return Parameter::Unusable;
    };
    // Beside the error, what sends the command names a field that is there.
    let owned = types::borrows(&argument.ty).then(|| types::owned(&argument.ty));
    let ty = owned.map_or(Some((*argument.ty).clone()), |ty| syn::parse_str(&ty).ok());
    match ty {
        Some(ty) if !types::borrows(&ty) && !types::is_opaque(&ty) => {
            Parameter::Field(Box::new(Field {
                attrs: attributes::of(&argument.attrs, &["doc", "serde"]),
                ident: ident.clone(),
                ty: types::without_self(&ty, this),
            }))
        }
        _ => Parameter::Unusable,
    }
}

/// `&CommandContext`, by whatever path; `check` refuses the same without `&`.
fn is_context(ty: &Type) -> bool {
    match types::ungrouped(ty) {
        Type::Reference(reference) => is_context(&reference.elem),
        other => types::is_named(other, "CommandContext"),
    }
}

/// The name of a parameter that is no other pattern.
pub(crate) fn name(pattern: &Pat) -> Option<&Ident> {
    match pattern {
        Pat::Ident(pattern) if pattern.by_ref.is_none() && pattern.subpat.is_none() => {
            Some(&pattern.ident)
        }
        _ => None,
    }
}
