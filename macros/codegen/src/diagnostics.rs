//! Collects every error of an item, so that the user sees them all at once.

use proc_macro2::TokenStream;

/// The errors found so far. [`run`](crate::stages::Stages::run) owns them, so that no stage can forget one.
#[derive(Default)]
pub(crate) struct Diagnostics {
    errors: Vec<syn::Error>,
}

impl Diagnostics {
    pub(crate) fn push(&mut self, error: syn::Error) {
        self.errors.push(error);
    }

    pub(crate) fn len(&self) -> usize {
        self.errors.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// The value, or `None` with its error noted.
    pub(crate) fn ok<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// The tokens, and the errors after them: what the user wrote comes first in an editor's view of the expansion.
    pub(crate) fn beside(self, mut tokens: TokenStream) -> TokenStream {
        tokens.extend(self.errors.iter().map(syn::Error::to_compile_error));
        tokens
    }
}
