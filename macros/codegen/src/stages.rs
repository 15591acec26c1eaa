//! The way that every attribute goes.

use proc_macro2::TokenStream;

use crate::diagnostics::Diagnostics;
use crate::lock::Package;

/// One attribute, on one kind of item.
pub(crate) trait Stages {
    /// What was written: the item and the keys.
    type Parsed;
    /// What it means.
    type Model;

    /// Reads the item and its attributes; `None` if the item is of another kind.
    fn parse(
        args: TokenStream,
        item: TokenStream,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self::Parsed>;
    /// Says what it means, in the package that it is part of.
    fn model(parsed: Self::Parsed, package: &Package) -> Self::Model;
    /// Reports what is wrong with it.
    fn check(model: &Self::Model, diagnostics: &mut Diagnostics);
    /// Writes the code.
    fn expand(checked: &Checked<Self::Model>) -> TokenStream;
    /// Writes the item, and what others need of it to be compiled beside the errors.
    fn fallback(model: &Self::Model) -> TokenStream;
}

/// A model that has no mistakes.
pub(crate) struct Checked<M>(M);

impl<M> std::ops::Deref for Checked<M> {
    type Target = M;

    fn deref(&self) -> &M {
        &self.0
    }
}

/// parse → model → check → expand, or the fallback with every error.
pub(crate) fn run<S: Stages>(
    package: &Package,
    args: TokenStream,
    item: TokenStream,
) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let Some(parsed) = S::parse(args, item.clone(), &mut diagnostics) else {
        return diagnostics.beside(item);
    };
    let model = S::model(parsed, package);
    S::check(&model, &mut diagnostics);
    if diagnostics.is_empty() {
        S::expand(&Checked(model))
    } else {
        diagnostics.beside(S::fallback(&model))
    }
}
