//! What can be wrong with the struct of a saga.

use super::model::Root;
use crate::diagnostics::Diagnostics;
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
    krate::check(root.krate_path.as_ref(), diagnostics);
}

fn check_it_is_not_generic(root: &Root, diagnostics: &mut Diagnostics) {
    let generics = &root.item.generics;
    if !generics.params.is_empty() {
        diagnostics.push(messages::generic_saga(generics));
    } else if let Some(clause) = &generics.where_clause {
        diagnostics.push(messages::saga_where_clause(clause));
    }
}
