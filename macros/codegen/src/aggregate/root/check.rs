//! What can be wrong with the struct of an aggregate.

use super::model::{Root, Snapshot};
use crate::diagnostics::Diagnostics;
use crate::syntax::stored;
use crate::{krate, messages};

pub(crate) fn check(root: &Root, diagnostics: &mut Diagnostics) {
    check_it_is_not_generic(root, diagnostics);
    check_its_name_can_be_stored(root, diagnostics);
    if let Some(snapshot) = &root.snapshot {
        check_snapshots_are_kept(snapshot, diagnostics);
    }
    check_nothing_is_retired_twice(root, diagnostics);
    krate::check(root.krate_path.as_ref(), diagnostics);
}

fn check_it_is_not_generic(root: &Root, diagnostics: &mut Diagnostics) {
    let generics = &root.item.generics;
    if !generics.params.is_empty() {
        diagnostics.push(messages::generic_aggregate(generics, &root.item.ident));
    } else if let Some(clause) = &generics.where_clause {
        diagnostics.push(messages::aggregate_where_clause(clause));
    }
}

fn check_its_name_can_be_stored(root: &Root, diagnostics: &mut Diagnostics) {
    if !stored::can_name_streams(&root.name) {
        diagnostics.push(messages::invalid_aggregate_name(&root.name));
    }
}

fn check_nothing_is_retired_twice(root: &Root, diagnostics: &mut Diagnostics) {
    let mut seen = Vec::new();
    for name in &root.retired {
        if name.value().is_empty() {
            diagnostics.push(messages::retired_without_a_name(name));
        } else if seen.contains(&name.value()) {
            diagnostics.push(messages::retired_twice(name));
        }
        seen.push(name.value());
    }
}

fn check_snapshots_are_kept(snapshot: &Snapshot, diagnostics: &mut Diagnostics) {
    match &snapshot.every {
        None if snapshot.is_reported => {}
        None => diagnostics.push(messages::snapshot_without_every(&snapshot.key)),
        Some(every) if !matches!(every.base10_parse::<u64>(), Ok(1..)) => {
            diagnostics.push(messages::invalid_snapshot_every(every));
        }
        Some(_) => {}
    }
    if let Some(version) = &snapshot.version
        && version.base10_parse::<u64>().is_err()
    {
        diagnostics.push(messages::invalid_snapshot_version(version));
    }
}
