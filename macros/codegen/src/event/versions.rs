//! What can be wrong with the versions of an event.

use std::collections::BTreeMap;

use proc_macro2::Ident;
use quote::ToTokens;

use super::history::{Field, History, Kept, PastField, Version};
use super::model::Event;
use crate::diagnostics::Diagnostics;
use crate::messages;
use crate::syntax::{serde, types};

/// No event has more: each version is code.
const MOST: u32 = 1_000;

pub(crate) fn check(event: &Event, diagnostics: &mut Diagnostics) {
    check_the_version_is_one(event, diagnostics);
    check_steps_lead_to_a_version(event, diagnostics);
    for field in &event.history.fields {
        check_steps_are_in_order(field, diagnostics);
    }
    check_what_is_removed_was_there(&event.history, diagnostics);
    check_past_fields_own_what_they_held(&event.history, diagnostics);
    check_serde_leaves_the_fields_alone(event, diagnostics);
    // What follows would report the same once more in other words: a step that could not be read is missing too.
    if diagnostics.is_empty() {
        check_names_differ_from_those_after(event, diagnostics);
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
    } else if let Some(from) = &event.from
        && from.is_ident(&event.item.ident)
    {
        let before = event.version().saturating_sub(1);
        diagnostics.push(messages::from_itself(from, &event.item.ident, before));
    }
}

fn check_steps_lead_to_a_version(event: &Event, diagnostics: &mut Diagnostics) {
    let version = event.version();
    for step in event.history.steps() {
        if step.number > MOST {
            diagnostics.push(messages::invalid_version(&step.literal));
        } else if step.number < 2 {
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
    check_versions_differ(&renamed, &field.ident, "renamed", diagnostics);
    check_versions_differ(&changed, &field.ident, "changed", diagnostics);
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

fn check_versions_differ(
    versions: &[&Version],
    field: &Ident,
    step: &str,
    diagnostics: &mut Diagnostics,
) {
    let mut seen = Vec::new();
    for version in versions {
        if seen.contains(&version.number) {
            diagnostics.push(messages::repeated_step(&version.literal, field, step));
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

fn check_past_fields_own_what_they_held(history: &History, diagnostics: &mut Diagnostics) {
    let changed = history.fields.iter().flat_map(|field| &field.changed);
    let changed = changed.map(|changed| &changed.from);
    let removed = history.removed.iter().map(|removed| &removed.ty);
    for ty in changed.chain(removed).filter(|ty| types::borrows(ty)) {
        diagnostics.push(messages::past_field_borrows(ty));
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
        diagnostics.push(messages::missing_step(written, &event.item.ident, missing));
    } else if oldest > 1 && event.from.is_none() {
        diagnostics.push(messages::missing_step(written, &event.item.ident, oldest));
    }
}

fn check_keys_are_unique(event: &Event, diagnostics: &mut Diagnostics) {
    for version in event.past() {
        let mut taken = BTreeMap::<String, ()>::new();
        for field in event.history.at(version) {
            let key = field.key(event);
            if taken.insert(key.clone(), ()).is_some() {
                diagnostics.push(messages::key_twice(field.place(), &key, version));
                return;
            }
        }
    }
}

fn check_names_differ_from_those_after(event: &Event, diagnostics: &mut Diagnostics) {
    for field in &event.history.fields {
        for renamed in &field.renamed {
            let version = renamed.version.number;
            let after = field.at(version).map(|kept| kept.key(event));
            if let Some(key) = after.filter(|after| *after == renamed.was.value()) {
                diagnostics.push(messages::renamed_to_the_same(&renamed.was, &key, version));
            }
        }
    }
}

impl Kept<'_> {
    /// The key that it is stored under.
    fn key(&self, event: &Event) -> String {
        if let Some(renamed) = self.renamed {
            return renamed.was.value();
        }
        let mut settings = serde::settings(&self.attrs()).into_iter();
        let own = settings.find(|setting| setting.name == "rename");
        let own = own.and_then(|setting| setting.text());
        own.unwrap_or_else(|| event.key(&self.field.ident))
    }
}

impl PastField<'_> {
    /// The key that it is stored under.
    fn key(&self, event: &Event) -> String {
        match self {
            Self::Kept(kept) => kept.key(event),
            Self::Removed(removed) => event.key(&removed.ident),
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
