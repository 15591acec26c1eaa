//! The way that every attribute goes.

use proc_macro2::TokenStream;

use crate::diagnostics::Diagnostics;
use crate::lock::Package;

/// One attribute, on one kind of item.
pub(crate) struct Stages<Parsed, Model> {
    /// Reads the item and its attributes; `None` if the item is of another kind.
    pub(crate) parse: fn(TokenStream, TokenStream, &mut Diagnostics) -> Option<Parsed>,
    /// Says what it means, in the package that it is part of.
    pub(crate) model: fn(Parsed, &Package) -> Model,
    /// Reports what is wrong with it.
    pub(crate) check: fn(&Model, &mut Diagnostics),
    /// Writes the code.
    pub(crate) expand: fn(&Checked<Model>) -> TokenStream,
    /// Writes the item, and what others need of it to be compiled beside the errors.
    pub(crate) fallback: fn(&Model) -> TokenStream,
}

/// A model that has no mistakes.
pub(crate) struct Checked<M>(M);

impl<M> std::ops::Deref for Checked<M> {
    type Target = M;

    fn deref(&self) -> &M {
        &self.0
    }
}

impl<Parsed, Model> Stages<Parsed, Model> {
    /// parse → model → check → expand, or the fallback with every error.
    pub(crate) fn run(
        &self,
        package: &Package,
        args: TokenStream,
        item: TokenStream,
    ) -> TokenStream {
        let mut diagnostics = Diagnostics::default();
        let Some(parsed) = (self.parse)(args, item.clone(), &mut diagnostics) else {
            return diagnostics.beside(item);
        };
        let model = (self.model)(parsed, package);
        (self.check)(&model, &mut diagnostics);
        if diagnostics.is_empty() {
            (self.expand)(&Checked(model))
        } else {
            diagnostics.beside((self.fallback)(&model))
        }
    }
}
