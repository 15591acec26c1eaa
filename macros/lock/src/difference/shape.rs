//! A type that was changed in place.

use super::advice::Advice;
use super::attributes::may_be_missing;
use super::{Change, Impact, LockEntry, golden, wire};
use crate::compare::FieldChange;
use crate::lock::Shape;
use crate::print;

/// One type, before and after.
struct Edit<'a> {
    was: &'a Shape,
    now: &'a Shape,
    advice: Advice<'a>,
}

/// What a change means, and the words for it.
type Judged = (Impact, String);

pub(super) fn changes(
    entry: &LockEntry,
    was: &Shape,
    now: &Shape,
    advice: Advice<'_>,
) -> Vec<Change> {
    let edit = Edit { was, now, advice };
    let judged = edit.judged().into_iter();
    judged
        .map(|(impact, what)| Change {
            impact,
            entry: entry.clone(),
            what,
        })
        .collect()
}

impl Edit<'_> {
    fn judged(&self) -> Vec<Judged> {
        let declared = self.now.compare(self.was);
        let mut judged: Vec<_> = declared.iter().map(|change| self.judge(change)).collect();
        let worst = judged.iter().map(|(impact, _)| *impact).max();
        match worst {
            None => judged.extend(self.wire(false).or_else(|| self.golden())),
            // What was added shows on the wire; nothing else may.
            Some(Impact::Compatible) => {
                let wire = self.wire(true);
                judged.extend(wire.filter(|(impact, _)| *impact > Impact::Compatible));
            }
            Some(_) => {}
        }
        judged
    }

    fn judge(&self, change: &FieldChange) -> Judged {
        let converted = || self.advice.converted();
        match change {
            FieldChange::Added { key, now } => self.added(key, now),
            FieldChange::Removed { key, was } => self.removed(key, was),
            FieldChange::Changed { key, was, now } => self.changed(key, was, now),
            FieldChange::AttributeAdded(attribute) => (
                Impact::NeedsUpcast,
                format!("`{attribute}` was added; {}", converted()),
            ),
            FieldChange::AttributeRemoved(attribute) => (
                Impact::NeedsUpcast,
                format!("`{attribute}` was removed; {}", converted()),
            ),
        }
    }

    fn added(&self, key: &str, now: &str) -> Judged {
        let field = print::field(key, now);
        if self.is_enum(self.was) && self.is_enum(self.now) {
            (Impact::Compatible, format!("the variant `{field}` is new"))
        } else if may_be_missing(key, now, self.now) {
            (
                Impact::Compatible,
                format!("`{field}` was added: it may be missing in what was stored"),
            )
        } else {
            let mut was = self.was.fields.iter();
            let twin = was.find(|(key, was)| *was == now && !self.now.fields.contains_key(*key));
            let advice = self.advice.added(twin.map(|(key, _)| key.as_str()));
            (
                Impact::NeedsUpcast,
                format!("`{field}` was added; {advice}"),
            )
        }
    }

    fn removed(&self, key: &str, was: &str) -> Judged {
        let field = print::field(key, was);
        if self.is_enum(self.was) {
            let what = format!(
                "the variant `{field}` is gone: what was stored with it cannot be read; restore it, or write \
                 `#[serde(alias = {key:?})]` on a variant of the same contents"
            );
            (Impact::Breaking, what)
        } else {
            let advice = self.advice.removed(key, was);
            (
                Impact::NeedsUpcast,
                format!("`{field}` was removed; {advice}"),
            )
        }
    }

    fn changed(&self, key: &str, was: &str, now: &str) -> Judged {
        let advice = self.advice.changed(was);
        let (was, now) = (print::field(key, was), print::field(key, now));
        (
            Impact::NeedsUpcast,
            format!("`{was}` became `{now}`; {advice}"),
        )
    }

    fn wire(&self, grown: bool) -> Option<Judged> {
        let (impact, what) = match (&self.was.wire, &self.now.wire) {
            (was, now) if was == now => return None,
            (None, _) => (Impact::Compatible, "how it is stored is known now".into()),
            (_, None) => (
                Impact::Compatible,
                "how it is stored is not known any more".into(),
            ),
            (Some(was), Some(now)) if wire::reads(was, now, grown) => (
                Impact::Compatible,
                format!("it is stored as `{now}`, and what was stored as `{was}` is read"),
            ),
            (Some(was), Some(now)) => (
                Impact::NeedsUpcast,
                format!(
                    "it was stored as `{was}` and is stored as `{now}`; {}",
                    self.advice.converted()
                ),
            ),
        };
        Some((impact, what))
    }

    fn golden(&self) -> Option<Judged> {
        let known = self.was.wire.is_some() && self.now.wire.is_some();
        let (impact, what) = match (&self.was.golden, &self.now.golden) {
            (was, now) if was == now => return None,
            (None, _) => (Impact::Compatible, "it has a golden payload now".into()),
            (_, None) => (
                Impact::Compatible,
                "it has no golden payload any more; `GESTA_LOCK=accept cargo test` writes one"
                    .into(),
            ),
            (Some(was), Some(now)) if known || golden::same_shape(was, now) => (
                Impact::Compatible,
                "it has another golden payload of the same shape".into(),
            ),
            (Some(was), Some(now)) => (
                Impact::NeedsUpcast,
                format!(
                    "its golden payload was `{was}` and is `{now}`; {}",
                    self.advice.converted()
                ),
            ),
        };
        Some((impact, what))
    }

    /// Events are structs.
    fn is_enum(&self, shape: &Shape) -> bool {
        let mut fields = shape.fields.iter();
        self.advice.is_value()
            && !shape.fields.is_empty()
            && fields.all(|(key, declared)| print::is_variant(key, declared))
    }
}
