//! What can be wrong with the struct of a saga.

use quote::ToTokens;

use super::model::Root;
use crate::diagnostics::Diagnostics;
use crate::lock::Locked;
use crate::syntax::stored;
use crate::{krate, messages};

pub(crate) fn check(root: &Root, diagnostics: &mut Diagnostics) {
    check_it_is_not_generic(root, diagnostics);
    if !stored::can_name_streams(&root.name) {
        diagnostics.push(messages::invalid_saga_name(&root.name));
    }
    if let Some(version) = &root.version
        && !stored::is_a_version(version)
    {
        diagnostics.push(messages::invalid_saga_version(version));
    }
    check_no_version_is_taken_back(root, diagnostics);
    krate::check(root.krate_path.as_ref(), diagnostics);
}

fn check_no_version_is_taken_back(root: &Root, diagnostics: &mut Diagnostics) {
    if let Some(error) = root.locked.as_ref().and_then(Locked::error) {
        diagnostics.push(messages::unreadable_lock(error));
    }
    let Some(locked) = root.lowered_from() else {
        return;
    };
    let place = match &root.version {
        Some(version) => version.to_token_stream(),
        None => root.item.ident.to_token_stream(),
    };
    diagnostics.push(messages::lowered_saga(place, &root.name.value(), locked));
}

fn check_it_is_not_generic(root: &Root, diagnostics: &mut Diagnostics) {
    let generics = &root.item.generics;
    if !generics.params.is_empty() {
        diagnostics.push(messages::generic_saga(generics));
    } else if let Some(clause) = &generics.where_clause {
        diagnostics.push(messages::saga_where_clause(clause));
    }
}
