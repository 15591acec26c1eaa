//! What can be wrong with an id.

use syn::Data;

use super::model::Id;
use crate::diagnostics::Diagnostics;
use crate::{krate, messages};

pub(crate) fn check(id: &Id, diagnostics: &mut Diagnostics) {
    krate::check(id.krate_path.as_ref(), diagnostics);
    check_it_wraps_one_field(id, diagnostics);
    let generics = &id.item.generics;
    if !generics.params.is_empty() {
        diagnostics.push(messages::generic_id(generics, &id.item.ident));
    }
}

fn check_it_wraps_one_field(id: &Id, diagnostics: &mut Diagnostics) {
    if id.inner.is_some() {
        return;
    }
    let why = match &id.item.data {
        Data::Enum(_) => "not for an enum".to_owned(),
        Data::Union(_) => "not for a union".to_owned(),
        Data::Struct(data) => format!("and this one has {}", data.fields.len()),
    };
    diagnostics.push(messages::id_is_no_newtype(id.body(), &id.item.ident, why));
}
