//! What a changed saga means for those that are under way.

use super::entries::{both, is_new};
use super::{Change, Impact, LockEntry};
use crate::lock::{Lock, Saga};
use crate::text;

/// What a change means, and the words for it.
type Judged = (Impact, String);

pub(super) fn changes(before: &Lock, after: &Lock) -> Vec<Change> {
    let mut changes = Vec::new();
    for (name, was, now) in both(&before.sagas, &after.sagas) {
        let entry = LockEntry::Saga(name.clone());
        let judged = match (was, now) {
            (Some(was), Some(now)) => edited(was, now),
            (None, _) => {
                changes.push(is_new(entry));
                continue;
            }
            (_, None) => vec![(
                Impact::Breaking,
                format!(
                    "is gone: those under way stand still; restore the entry, and keep the name with \
                     `#[saga(name = {name:?})]`"
                ),
            )],
        };
        changes.extend(judged.into_iter().map(|(impact, what)| Change {
            impact,
            entry: entry.clone(),
            what,
        }));
    }
    changes
}

fn edited(was: &Saga, now: &Saga) -> Vec<Judged> {
    let gone = was.steps.difference(&now.steps);
    let gone = gone.map(|step| {
        let what = format!(
            "the step `{}` is gone: those that stand at it get stuck; write `#[step(was = [{step:?}])]` above the step that \
             it is called now",
            text::name(step)
        );
        (Impact::Breaking, what)
    });
    let new = now.steps.difference(&was.steps);
    let new = new.map(|step| {
        let what = format!("the step `{}` is new", text::name(step));
        (Impact::Compatible, what)
    });
    version(was.version, now.version)
        .into_iter()
        .chain(gone)
        .chain(new)
        .collect()
}

fn version(was: u32, now: u32) -> Option<Judged> {
    (was != now).then(|| match now > was {
        true => (
            Impact::Compatible,
            format!("it is at version {now}, and was at {was}: older programs leave it alone"),
        ),
        false => (
            Impact::Breaking,
            format!(
                "it is at version {now}, and was at {was}: those of version {was} stand still; write \
                 `#[saga(version = {was})]`"
            ),
        ),
    })
}
