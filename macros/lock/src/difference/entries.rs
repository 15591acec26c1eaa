//! Which entries came and went.

use std::collections::{BTreeMap, BTreeSet};

use super::advice::Advice;
use super::{Change, Impact, LockEntry, shape};
use crate::lock::Lock;
use crate::text;

pub(super) fn aggregates(before: &Lock, after: &Lock) -> Vec<Change> {
    let mut changes = Vec::new();
    for (name, was, now) in both(&before.aggregates, &after.aggregates) {
        let entry = LockEntry::Aggregate(name.clone());
        match (was, now) {
            (Some(was), Some(now)) => changes.extend(names(&entry, was, now)),
            (None, _) => changes.push(is_new(entry)),
            (_, None) => changes.push(Change {
                impact: Impact::Breaking,
                what: format!(
                    "is gone: what was stored of it cannot be checked any more; restore the entry, and keep the name with \
                     `#[aggregate(name = {name:?})]`"
                ),
                entry,
            }),
        }
    }
    changes
}

/// The names that an aggregate stores.
fn names(entry: &LockEntry, was: &BTreeSet<String>, now: &BTreeSet<String>) -> Vec<Change> {
    let gone = was.difference(now).map(|name| {
        let what = format!(
            "`{}` is gone: its streams may still have it; restore the line, and if nothing applies it any more, write \
             `#[aggregate(retired({name:?}))]`",
            text::name(name)
        );
        (Impact::Breaking, what)
    });
    let new = now.difference(was).map(|name| {
        let what = format!("`{}` is new", text::name(name));
        (Impact::Compatible, what)
    });
    let changes = gone.chain(new);
    changes
        .map(|(impact, what)| Change {
            impact,
            entry: entry.clone(),
            what,
        })
        .collect()
}

pub(super) fn events(before: &Lock, after: &Lock) -> Vec<Change> {
    let mut changes = Vec::new();
    for (key, was, now) in both(&before.events, &after.events) {
        let entry = LockEntry::Event(key.clone());
        match (was, now) {
            (Some(was), Some(now)) => {
                let last = after.versions(&key.name).last();
                let is_last = last.is_some_and(|(version, _)| version == key.version);
                let advice = if is_last {
                    Advice::Event(key)
                } else {
                    Advice::OldEvent(key)
                };
                changes.extend(shape::changes(&entry, was, now, advice));
            }
            (None, _) => changes.push(is_new(entry)),
            (_, None) => changes.push(is_gone(entry)),
        }
    }
    changes
}

pub(super) fn values(before: &Lock, after: &Lock) -> Vec<Change> {
    let mut changes = Vec::new();
    for (name, was, now) in both(&before.values, &after.values) {
        let entry = LockEntry::Value(name.clone());
        match (was, now) {
            (Some(was), Some(now)) => {
                changes.extend(shape::changes(&entry, was, now, Advice::Value(name)));
            }
            (None, _) => changes.push(is_new(entry)),
            (_, None) => changes.push(is_gone(entry)),
        }
    }
    changes
}

/// The entries of both, each with what it was and what it is.
pub(super) fn both<'a, K: Ord, V>(
    before: &'a BTreeMap<K, V>,
    after: &'a BTreeMap<K, V>,
) -> impl Iterator<Item = (&'a K, Option<&'a V>, Option<&'a V>)> {
    let keys: BTreeSet<&K> = before.keys().chain(after.keys()).collect();
    keys.into_iter()
        .map(|key| (key, before.get(key), after.get(key)))
}

pub(super) fn is_new(entry: LockEntry) -> Change {
    Change {
        impact: Impact::Compatible,
        entry,
        what: "is new".to_owned(),
    }
}

fn is_gone(entry: LockEntry) -> Change {
    Change {
        impact: Impact::Breaking,
        entry,
        what: "is gone: what was stored in it cannot be checked any more; restore the entry"
            .to_owned(),
    }
}
