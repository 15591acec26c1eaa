//! Entries of the lock, beside those that the code declares: compared, or written.

use gesta_lock::{EventKey, FieldChange, Lock, Saga, Shape};

use super::check::Findings;
use super::file::Access;

/// Whether today's code reads a payload: of a name, of a version.
type Reads = fn(&str, u32, &str) -> Result<(), String>;

pub(super) fn events(
    declared: &Lock,
    today: u32,
    lock: &mut Access,
    findings: &mut Findings,
    reads: Reads,
) {
    for (key, shape) in &declared.events {
        let what = format!("`{}` v{}", key.name, key.version);
        let locked = lock.events.get(key);
        if !lock.accepts() {
            compare(&what, shape, locked, findings);
            if locked.is_some_and(|locked| locked.golden.is_none()) {
                findings.stale(format!("{what} has no golden payload in it"));
            }
            continue;
        }
        // Only today's shape may be one that was never stored. What came before it was.
        let differs = locked.is_some_and(|locked| !is_as(shape, locked));
        if differs && key.version < today {
            findings.broken(format!(
                "{what} is locked otherwise, and a later version stands on it: correct its history in the code; or, if it \
                 was never stored, delete its lines in events.lock"
            ));
            continue;
        }
        let shape = accepted(key, shape, locked, reads);
        if shape.golden.is_none() {
            findings.wants_samples();
        }
        lock.events.insert(key.clone(), shape);
    }
}

/// Whether a locked shape is what is declared; without a `wire`, that is filled in.
fn is_as(declared: &Shape, locked: &Shape) -> bool {
    let is_read_as = locked.wire.is_none() || locked.wire == declared.wire;
    declared.compare(locked).is_empty() && (is_read_as || is_without_fields(declared))
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
    if let Some(other) = under_another_name(aggregate, names, lock) {
        return findings.broken(format!(
            "the events of `{aggregate}` are those of the aggregate `{other}`: if it was renamed, its streams are lost under \
             the new name, so write `#[aggregate(name = \"{other}\")]`; if it is another one, add a line \
             `aggregate {aggregate}` to events.lock"
        ));
    }
    if lock.accepts() {
        let locked = lock.aggregates.entry(aggregate.to_owned()).or_default();
        locked.extend(names.iter().map(|name| (*name).to_owned()));
        return;
    }
    let locked = lock.aggregates.get(aggregate);
    for name in names {
        if !locked.is_some_and(|locked| locked.contains(*name)) {
            findings.stale(format!(
                "`{name}` is not among the events of `{aggregate}` in it"
            ));
        }
    }
}

/// For an aggregate that is not in the lock: one that is, with all the events that this one has and are locked.
fn under_another_name(aggregate: &str, names: &[&str], lock: &Lock) -> Option<String> {
    if lock.aggregates.contains_key(aggregate) {
        return None;
    }
    let mut others = lock.aggregates.iter();
    let found = others.find(|(_, events)| names.iter().any(|name| events.contains(*name)));
    found.map(|(name, _)| name.clone())
}

pub(super) fn steps(
    saga: &str,
    version: u32,
    steps: &[&str],
    lock: &mut Access,
    findings: &mut Findings,
) {
    let locked = lock.sagas.get(saga);
    if let Some(locked) = locked.filter(|locked| locked.version > version) {
        return findings.broken(format!(
            "saga `{saga}` is at version {version}, and version {0} is in it: those that version {0} has started stand \
             still; write `#[saga(version = {0})]`, or a later one; or, if it was never deployed, write `v{version}` in \
             events.lock",
            locked.version
        ));
    }
    if lock.accepts() {
        let locked = lock.sagas.entry(saga.to_owned()).or_default();
        // A raised version says that nothing stands at a step that is gone, or that it may get stuck there.
        if locked.version < version {
            *locked = Saga::default();
        }
        locked.version = version;
        locked
            .steps
            .extend(steps.iter().map(|&step| step.to_owned()));
        return;
    }
    let Some(locked) = locked else {
        return findings.stale(format!("saga `{saga}` is not in it"));
    };
    if locked.version < version {
        findings.stale(format!(
            "saga `{saga}` is at version {version}, and at {} in it",
            locked.version
        ));
    }
    for step in steps.iter().filter(|&&step| !locked.steps.contains(step)) {
        findings.stale(format!("`{step}` is not among the steps of `{saga}` in it"));
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
