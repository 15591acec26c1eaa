//! Entries of the lock, beside those that the code declares: compared, or written.

use gesta_lock::{EventKey, FieldChange, Lock, Shape};

use super::check::Findings;
use super::file::Access;

/// Whether today's code reads a payload: of a name, of a version.
type Reads = fn(&str, u32, &str) -> Result<(), String>;

pub(super) fn events(declared: &Lock, lock: &mut Access, findings: &mut Findings, reads: Reads) {
    for (key, shape) in &declared.events {
        if lock.accepts() {
            let shape = accepted(key, shape, lock.events.get(key), reads);
            if shape.golden.is_none() {
                findings.wants_samples();
            }
            lock.events.insert(key.clone(), shape);
        } else {
            let what = format!("`{}` v{}", key.name, key.version);
            let locked = lock.events.get(key);
            compare(&what, shape, locked, findings);
            if locked.is_some_and(|locked| locked.golden.is_none()) {
                findings.stale(format!("{what} has no golden payload in it"));
            }
        }
    }
}

/// What is declared, with what is kept of an older entry.
fn accepted(key: &EventKey, declared: &Shape, before: Option<&Shape>, reads: Reads) -> Shape {
    let mut shape = declared.clone();
    let Some(before) = before else { return shape };
    // What was stored under an older lock is better evidence than what is made up today.
    let is_read = |golden: &&String| reads(&key.name, key.version, golden).is_ok();
    if let Some(golden) = before.golden.as_ref().filter(is_read) {
        shape.golden = Some(golden.clone());
    }
    if is_without_fields(&shape) && before.wire.is_some() {
        shape.wire.clone_from(&before.wire);
    }
    shape
}

pub(super) fn values(declared: &Lock, lock: &mut Access, findings: &mut Findings) {
    for (name, shape) in &declared.values {
        if lock.accepts() {
            lock.values.insert(name.clone(), shape.clone());
        } else {
            compare(
                &format!("value `{name}`"),
                shape,
                lock.values.get(name),
                findings,
            );
        }
    }
}

pub(super) fn names(aggregate: &str, names: &[&str], lock: &mut Access, findings: &mut Findings) {
    let accepts = lock.accepts();
    let locked = lock.aggregates.entry(aggregate.to_owned()).or_default();
    for name in names {
        if accepts {
            locked.insert((*name).to_owned());
        } else if !locked.contains(*name) {
            findings.stale(format!(
                "`{name}` is not among the events of `{aggregate}` in it"
            ));
        }
    }
}

fn compare(what: &str, declared: &Shape, locked: Option<&Shape>, findings: &mut Findings) {
    let Some(locked) = locked else {
        return findings.stale(format!("{what} is not in it"));
    };
    let changes = declared.compare(locked);
    for change in &changes {
        findings.stale(format!("{what}: {}", words(change)));
    }
    let wires = (&declared.wire, &locked.wire);
    match wires {
        (Some(now), Some(was)) if now != was && !is_without_fields(declared) => {
            findings.stale(format!("{what} is read as {now}, and was as {was}"));
        }
        (Some(_), None) => findings.stale(format!("{what} has no `wire` in it")),
        _ => {}
    }
}

/// Older versions without fields are read whatever they were stored as.
fn is_without_fields(shape: &Shape) -> bool {
    shape.fields.is_empty() && shape.wire.as_deref() == Some("any")
}

fn words(change: &FieldChange) -> String {
    match change {
        FieldChange::Added { key, .. } => format!("`{key}` is not in it"),
        FieldChange::Removed { key, .. } => format!("`{key}` is in it, and not in the code"),
        FieldChange::Changed { key, was, now } => format!("`{key}` is `{now}`, and was `{was}`"),
        FieldChange::AttributeAdded(text) => format!("`{text}` is not in it"),
        FieldChange::AttributeRemoved(text) => format!("`{text}` is in it, and not in the code"),
    }
}
