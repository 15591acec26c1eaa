//! What can be wrong with the versions of an event.

use std::collections::BTreeMap;

use proc_macro2::Ident;
use quote::ToTokens;

use super::history::{Field, History, PastField, Version};
use super::model::Event;
use crate::diagnostics::Diagnostics;
use crate::messages;
use crate::syntax::serde;

/// No event has more: each version is code.
const MOST: u32 = 1_000;

pub(crate) fn check(event: &Event, diagnostics: &mut Diagnostics) {
    let before = diagnostics.len();
    check_the_version_is_one(event, diagnostics);
    check_steps_lead_to_a_version(event, diagnostics);
    for field in &event.history.fields {
        check_steps_are_in_order(field, diagnostics);
    }
    check_what_is_removed_was_there(&event.history, diagnostics);
    check_serde_leaves_the_fields_alone(event, diagnostics);
    // What follows would report the same once more in other words.
    if diagnostics.len() == before {
        check_versions_are_contiguous(event, diagnostics);
        check_keys_are_unique(event, diagnostics);
    }
}

fn check_the_version_is_one(event: &Event, diagnostics: &mut Diagnostics) {
    if let Some(version) = &event.version
        && !(1..=MOST).contains(&version.number)
    {
        diagnostics.push(messages::invalid_version(&version.literal));
    }
    if let Some(from) = &event.from
        && event.version() == 1
    {
        diagnostics.push(messages::from_before_the_first_version(from));
    }
}

fn check_steps_lead_to_a_version(event: &Event, diagnostics: &mut Diagnostics) {
    let version = event.version();
    for step in event.history.steps() {
        if step.number < 2 {
            diagnostics.push(messages::step_to_the_first_version(&step.literal));
        } else if step.number > version {
            diagnostics.push(messages::step_above_the_version(&step.literal, version));
        }
    }
}

fn check_steps_are_in_order(field: &Field, diagnostics: &mut Diagnostics) {
    let since: Vec<_> = field.since.iter().map(|since| &since.version).collect();
    if let Some(second) = since.get(1) {
        diagnostics.push(messages::second_since(&second.literal, &field.ident));
    }
    let renamed: Vec<_> = field.renamed.iter().map(|each| &each.version).collect();
    let changed: Vec<_> = field.changed.iter().map(|each| &each.version).collect();
    check_versions_differ(&renamed, diagnostics);
    check_versions_differ(&changed, diagnostics);
    if let Some(since) = since.first() {
        for step in renamed.into_iter().chain(changed) {
            if step.number <= since.number {
                diagnostics.push(messages::step_before_since(
                    &step.literal,
                    &field.ident,
                    since.number,
                ));
            }
        }
    }
}

fn check_versions_differ(versions: &[&Version], diagnostics: &mut Diagnostics) {
    let mut seen = Vec::new();
    for version in versions {
        if seen.contains(&version.number) {
            diagnostics.push(messages::repeated_step(&version.literal));
        }
        seen.push(version.number);
    }
}

fn check_what_is_removed_was_there(history: &History, diagnostics: &mut Diagnostics) {
    for removed in &history.removed {
        if let Some(since) = &removed.since
            && since.number >= removed.version.number
        {
            diagnostics.push(messages::removed_before_since(
                &since.literal,
                &removed.ident,
                removed.version.number,
            ));
        }
    }
}

/// A setting of the whole struct by which serde does not go through its fields.
fn check_serde_leaves_the_fields_alone(event: &Event, diagnostics: &mut Diagnostics) {
    if event.history.steps().next().is_none() {
        return;
    }
    const WHOLE: &[&str] = &[
        "from",
        "try_from",
        "into",
        "transparent",
        "remote",
        "default",
    ];
    for setting in serde::settings(&event.item.attrs) {
        if WHOLE.contains(&&*setting.name) {
            diagnostics.push(messages::steps_beside_serde(&setting.tokens, &setting.name));
        }
    }
}

fn check_versions_are_contiguous(event: &Event, diagnostics: &mut Diagnostics) {
    let (version, oldest) = (event.version(), event.past().start);
    let Some(written) = event.version.as_ref().map(|version| &version.literal) else {
        return;
    };
    let reached = |number: u32| event.history.steps().any(|step| step.number == number);
    if let Some(missing) = (oldest + 1..=version).find(|number| !reached(*number)) {
        diagnostics.push(messages::missing_step(written, missing));
    } else if oldest > 1 && event.from.is_none() {
        diagnostics.push(messages::missing_step(written, oldest));
    }
}

fn check_keys_are_unique(event: &Event, diagnostics: &mut Diagnostics) {
    for version in event.past() {
        let mut taken = BTreeMap::<String, ()>::new();
        for field in event.history.at(version) {
            let key = field.written_key();
            if taken.insert(key.clone(), ()).is_some() {
                diagnostics.push(messages::key_twice(field.place(), &key, version));
                return;
            }
        }
    }
}

impl PastField<'_> {
    /// The key as the attributes write it.
    fn written_key(&self) -> String {
        match self {
            Self::Kept(kept) => match kept.renamed {
                Some(renamed) => renamed.was.value(),
                None => unraw(&kept.field.ident),
            },
            Self::Removed(removed) => unraw(&removed.ident),
        }
    }

    /// What to point at.
    fn place(&self) -> &dyn ToTokens {
        match self {
            Self::Kept(kept) => match kept.renamed {
                Some(renamed) => &renamed.was,
                None => &kept.field.ident,
            },
            Self::Removed(removed) => &removed.ident,
        }
    }
}

fn unraw(ident: &Ident) -> String {
    syn::ext::IdentExt::unraw(ident).to_string()
}
