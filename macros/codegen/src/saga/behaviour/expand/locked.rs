//! Writes that each locked step is one of the saga's.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::super::model::Behaviour;
use crate::names;
use crate::syntax::spans;

/// ```text
/// const _: () = assert_steps::<MoveMoney>(&[("MoveMoney", 1, "debit")]);
/// ```
pub(super) fn claimed(behaviour: &Behaviour) -> Option<TokenStream> {
    let (krate, this) = (names::alias(), behaviour.this.as_ref()?);
    let others: Vec<_> = behaviour
        .steps_of_others()
        .into_iter()
        .map(|other| {
            let (saga, step) = (other.saga, other.step);
            let version = Literal::u32_unsuffixed(other.version);
            quote!((#saga, #version, #step))
        })
        .collect();
    (!others.is_empty()).then(|| {
        let claimed = quote!(const _: () = #krate::assert_steps::<#this>(&[#(#others),*]););
        spans::at(this, claimed)
    })
}
