//! The versions of an event, beside those that are locked.

use std::collections::{BTreeMap, BTreeSet};

use gesta_lock::{EventKey, FieldChange, Lock, Shape};
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::LitBool;
use syn::ext::IdentExt;

use super::history::PastField;
use super::model::Event;
use crate::diagnostics::Diagnostics;
use crate::lock::{Locked, container, field_text, key};
use crate::messages::{self, Edit, LockedVersion};
use crate::syntax::serde::{self, Setting};

/// A version as it is declared.
struct Declared {
    shape: Shape,
    /// For each key what to point at.
    places: BTreeMap<String, Place>,
}

/// Where a key comes from.
struct Place {
    name: TokenStream,
    /// What is stored under it: the type, or the attribute that names the type.
    content: TokenStream,
    /// The field of today's struct.
    field: Option<String>,
}

/// The versions that the struct tells of, as they stand in the lock, without `wire` and `golden`.
pub(crate) fn declared(event: &Event) -> Lock {
    let mut lock = Lock::default();
    for version in versions(event) {
        let key = EventKey::new(event.name.value(), version);
        lock.events.insert(key, declare(event, version).shape);
    }
    lock
}

/// Those whose shapes are written here.
fn versions(event: &Event) -> impl DoubleEndedIterator<Item = u32> {
    event.past().chain([event.version()])
}

fn declare(event: &Event, version: u32) -> Declared {
    let mut declared = Declared {
        shape: Shape {
            attributes: container(&event.item.attrs),
            ..Shape::default()
        },
        places: BTreeMap::new(),
    };
    for field in event.history.at(version) {
        let Some((key, text)) = stored(event, &field) else {
            continue;
        };
        declared.shape.fields.insert(key.clone(), text);
        declared.places.insert(key, place(&field));
    }
    declared
}

/// The key of a field and what is stored under it; `None` for a field that is not stored.
fn stored(event: &Event, field: &PastField<'_>) -> Option<(String, String)> {
    match field {
        PastField::Kept(kept) => {
            let attrs = kept.attrs();
            let name = kept.field.ident.unraw().to_string();
            let key = match kept.renamed {
                Some(renamed) => renamed.was.value(),
                None => key(&name, &attrs, |_| event.key(&kept.field.ident))?,
            };
            Some((key, field_text(kept.ty(), &attrs)))
        }
        PastField::Removed(removed) => {
            Some((event.key(&removed.ident), field_text(&removed.ty, &[])))
        }
    }
}

fn place(field: &PastField<'_>) -> Place {
    match field {
        PastField::Kept(kept) => Place {
            name: match kept.renamed {
                Some(renamed) => renamed.was.to_token_stream(),
                None => kept.field.ident.to_token_stream(),
            },
            content: kept.ty().to_token_stream(),
            field: Some(kept.field.ident.to_string()),
        },
        PastField::Removed(removed) => Place {
            name: removed.ident.to_token_stream(),
            content: removed.ty.to_token_stream(),
            field: None,
        },
    }
}

/// Reports where a locked version is no longer what it was.
pub(crate) fn check(event: &Event, diagnostics: &mut Diagnostics) {
    if let Some((locked, lock)) = &event.exempt {
        check_it_is_not_locked(event, locked, lock, diagnostics);
    }
    let Some(locked) = &event.locked else { return };
    if let Some(error) = locked.error() {
        return diagnostics.push(messages::unreadable_lock(error));
    }
    let Some(lock) = locked.lock() else { return };
    if skips_a_version(event, lock, diagnostics) {
        return;
    }
    check_no_version_is_taken_back(event, lock, diagnostics);
    // A field that is new in version 3 is missing in all versions before: it is reported once.
    let mut reported = BTreeSet::new();
    for version in versions(event).rev() {
        for name in [&event.name].into_iter().chain(&event.was) {
            if let Some(locked) = lock.event(&name.value(), version) {
                check_version(event, version, locked, &mut reported, diagnostics);
            }
        }
    }
}

fn check_it_is_not_locked(
    event: &Event,
    locked: &Locked,
    lock: &LitBool,
    diagnostics: &mut Diagnostics,
) {
    let name = event.name.value();
    if locked
        .lock()
        .is_some_and(|lock| lock.last_version(&name).is_some())
    {
        diagnostics.push(messages::unlocked_but_locked(lock, &name));
    }
}

/// The struct of an old version, which a later one is made `from`, has another name than what it is stored under.
fn check_no_version_is_taken_back(event: &Event, lock: &Lock, diagnostics: &mut Diagnostics) {
    let ident = &event.item.ident;
    let own = [&event.name]
        .into_iter()
        .filter(|name| *ident == name.value());
    for name in own.chain(&event.was) {
        let name = name.value();
        if let Some(last) = lock
            .last_version(&name)
            .filter(|last| *last > event.version())
        {
            let place = match &event.version {
                Some(version) => version.literal.to_token_stream(),
                None => ident.to_token_stream(),
            };
            diagnostics.push(messages::lowered_version(place, ident, last, &name));
        }
    }
}

fn skips_a_version(event: &Event, lock: &Lock, diagnostics: &mut Diagnostics) -> bool {
    let last = lock.last_version(&event.name.value());
    if let (Some(last), Some(version)) = (last, &event.version)
        && version.number > last + 1
        && event.past().start <= last
    {
        let ident = &event.item.ident;
        diagnostics.push(messages::skipped_version(&version.literal, ident, last));
        return true;
    }
    false
}

fn check_version(
    event: &Event,
    version: u32,
    locked: &Shape,
    reported: &mut BTreeSet<String>,
    diagnostics: &mut Diagnostics,
) {
    let declared = declare(event, version);
    let changes = declared.shape.compare(locked);
    let at = LockedVersion {
        event: &event.item.ident,
        version,
        today: event.version(),
    };
    if let Some(edit) = other_keys(&changes) {
        if reported.insert("rename_all".to_owned()) {
            let place = setting(event, |setting| setting.name == "rename_all");
            let place = place.unwrap_or_else(|| event.item.ident.to_token_stream());
            diagnostics.push(messages::locked_version_changed(place, &at, &edit, None));
        }
        return;
    }
    let renamed = renamed(&changes);
    for change in &changes {
        let (key, edit) = match change {
            FieldChange::Added { key, .. } => match renamed {
                Some((was, _)) => (key, Edit::Renamed { was, now: key }),
                None => (key, Edit::Added { key }),
            },
            FieldChange::Removed { .. } if renamed.is_some() => continue,
            FieldChange::Removed { key, was } => (key, Edit::Removed { key, text: was }),
            FieldChange::Changed { key, was, now } => (key, Edit::Changed { key, was, now }),
            FieldChange::AttributeAdded(text) => (text, Edit::Attribute { text, added: true }),
            FieldChange::AttributeRemoved(text) => (text, Edit::Attribute { text, added: false }),
        };
        if reported.insert(key.clone()) {
            let place = declared.place(event, key, &edit);
            let field = declared
                .places
                .get(key)
                .and_then(|place| place.field.as_deref());
            diagnostics.push(messages::locked_version_changed(place, &at, &edit, field));
        }
    }
}

/// Several fields gone, and as many new of the same types: serde writes their names otherwise.
fn other_keys(changes: &[FieldChange]) -> Option<Edit<'_>> {
    let (mut added, mut removed) = (Vec::new(), Vec::new());
    for change in changes {
        match change {
            FieldChange::Added { key, now } => added.push((now, key)),
            FieldChange::Removed { key, was } => removed.push((was, key)),
            _ => return None,
        }
    }
    added.sort();
    removed.sort();
    let texts = |keys: &[(&String, &String)]| {
        keys.iter()
            .map(|(text, _)| text.to_string())
            .collect::<Vec<_>>()
    };
    if added.len() < 2 || texts(&added) != texts(&removed) {
        return None;
    }
    let bare = |key: &str| key.replace(['_', '-'], "").to_lowercase();
    let is_pair = |was: &str| added.iter().find(|(_, now)| bare(now) == bare(was));
    let pairs: Option<Vec<_>> = removed
        .iter()
        .map(|(_, was)| Some((*was, is_pair(was)?.1)))
        .collect();
    let (was, now) = *pairs?.first()?;
    Some(Edit::Keys { was, now })
}

/// One field gone and one new of the same type: its former and its present key.
fn renamed(changes: &[FieldChange]) -> Option<(&str, &str)> {
    let mut added = changes.iter().filter_map(|change| match change {
        FieldChange::Added { key, now } => Some((key, now)),
        _ => None,
    });
    let mut removed = changes.iter().filter_map(|change| match change {
        FieldChange::Removed { key, was } => Some((key, was)),
        _ => None,
    });
    let (key, now) = added.next()?;
    let (was, text) = removed.next()?;
    let alone = added.next().is_none() && removed.next().is_none();
    (alone && now == text).then_some((was, key))
}

impl Declared {
    /// The token that a change is about.
    fn place(&self, event: &Event, key: &str, edit: &Edit<'_>) -> TokenStream {
        let place = self.places.get(key);
        let found = match edit {
            Edit::Changed { .. } => place.map(|place| place.content.clone()),
            Edit::Attribute { text, .. } => setting(event, |setting| setting.to_string() == *text),
            Edit::Removed { key, .. } => skipped(event, key),
            _ => place.map(|place| place.name.clone()),
        };
        found.unwrap_or_else(|| event.item.ident.to_token_stream())
    }
}

/// The tokens of a setting of the struct.
fn setting(event: &Event, is_wanted: impl Fn(&Setting) -> bool) -> Option<TokenStream> {
    let mut settings = serde::settings(&event.item.attrs).into_iter();
    settings.find(is_wanted).map(|setting| setting.tokens)
}

/// The field of that name, which is there and not stored.
fn skipped(event: &Event, key: &str) -> Option<TokenStream> {
    let mut fields = event.history.fields.iter();
    let field = fields.find(|field| event.key(&field.ident) == key)?;
    Some(field.ident.to_token_stream())
}
