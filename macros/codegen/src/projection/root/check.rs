//! What can be wrong with the struct of a projection.

use std::collections::BTreeSet;

use syn::Path;

use super::model::{Index, Root};
use crate::diagnostics::Diagnostics;
use crate::syntax::{stored, types};
use crate::{krate, messages};

pub(crate) fn check(root: &Root, diagnostics: &mut Diagnostics) {
    check_it_is_not_generic(root, diagnostics);
    check_it_is_of_something(root, diagnostics);
    check_nothing_is_listed_twice(&root.of, messages::of_twice, diagnostics);
    check_nothing_is_listed_twice(&root.ignore, messages::ignored_twice, diagnostics);
    check_its_name_can_be_stored(root, diagnostics);
    check_its_version_can_be_one(root, diagnostics);
    check_what_becomes_of_errors(root, diagnostics);
    check_it_has_one_mode(root, diagnostics);
    for index in &root.indexes {
        check_documents_can_be_found_by_it(index, root, diagnostics);
    }
    krate::check(root.krate_path.as_ref(), diagnostics);
}

fn check_it_is_not_generic(root: &Root, diagnostics: &mut Diagnostics) {
    let generics = &root.item.generics;
    if !generics.params.is_empty() {
        diagnostics.push(messages::generic_projection(generics, &root.item.ident));
    } else if let Some(clause) = &generics.where_clause {
        diagnostics.push(messages::projection_where_clause(clause));
    }
}

fn check_it_is_of_something(root: &Root, diagnostics: &mut Diagnostics) {
    match &root.of_key {
        None => diagnostics.push(messages::projection_of_nothing(&root.item.ident)),
        Some(key) if root.of.is_empty() => diagnostics.push(messages::empty_of(key)),
        Some(_) => {}
    }
}

fn check_nothing_is_listed_twice(
    paths: &[Path],
    message: fn(&Path) -> syn::Error,
    diagnostics: &mut Diagnostics,
) {
    let mut seen = BTreeSet::new();
    for path in paths {
        if !seen.insert(types::written(path)) {
            diagnostics.push(message(path));
        }
    }
}

fn check_its_name_can_be_stored(root: &Root, diagnostics: &mut Diagnostics) {
    if !stored::can_name_streams(&root.name) {
        diagnostics.push(messages::invalid_projection_name(&root.name));
    }
}

fn check_its_version_can_be_one(root: &Root, diagnostics: &mut Diagnostics) {
    if let Some(version) = &root.version
        && !stored::is_a_version(version)
    {
        diagnostics.push(messages::invalid_projection_version(version));
    } else if let (Some(version), Some(_)) = (&root.version, &root.live) {
        diagnostics.push(messages::version_of_live(version));
    }
}

fn check_what_becomes_of_errors(root: &Root, diagnostics: &mut Diagnostics) {
    let Some(on_error) = &root.on_error else {
        return;
    };
    if root.live.is_some() && root.sql.is_none() && root.inline.is_none() {
        diagnostics.push(messages::on_error_of_live(on_error));
    } else if on_error == "park" {
        if root.sql.is_some() {
            diagnostics.push(messages::park_of_sql(on_error));
        } else if root.inline.is_some() {
            diagnostics.push(messages::inline_and_park(on_error));
        }
    } else if on_error != "stop" {
        diagnostics.push(messages::unknown_on_error(on_error));
    }
}

fn check_it_has_one_mode(root: &Root, diagnostics: &mut Diagnostics) {
    match (&root.sql, &root.inline, &root.live) {
        (Some(_), Some(mode), _) | (Some(_), None, Some(mode)) => {
            diagnostics.push(messages::mode_of_sql(mode));
        }
        (None, Some(_), Some(live)) => diagnostics.push(messages::inline_and_live(live)),
        (None, None, Some(live)) if root.of.len() > 1 => {
            diagnostics.push(messages::live_of_several(live));
        }
        _ => {}
    }
}

fn check_documents_can_be_found_by_it(index: &Index, root: &Root, diagnostics: &mut Diagnostics) {
    let attribute = &index.attribute;
    if root.live.is_some() {
        diagnostics.push(messages::index_of_live(attribute));
    } else if root.sql.is_some() {
        diagnostics.push(messages::index_of_sql(attribute));
    }
    match (&index.field, &index.constant) {
        (None, _) => diagnostics.push(messages::index_without_a_name(attribute)),
        (Some(field), None) => diagnostics.push(messages::index_without_a_constant(field)),
        (Some(_), Some(_)) => {}
    }
}
