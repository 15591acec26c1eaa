//! Of `events.lock`.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::{Error, LitBool, LitInt};

use super::error;
use crate::names;

const ACCEPT: &str = "GESTA_LOCK=accept cargo test";

/// A version of an event that is locked.
pub(crate) struct LockedVersion<'a> {
    pub(crate) event: &'a Ident,
    pub(crate) version: u32,
    /// The version that the struct is at.
    pub(crate) today: u32,
}

/// How what is declared differs from what is locked.
pub(crate) enum Edit<'a> {
    Added {
        key: &'a str,
    },
    Removed {
        key: &'a str,
        text: &'a str,
    },
    Renamed {
        was: &'a str,
        now: &'a str,
    },
    Changed {
        key: &'a str,
        was: &'a str,
        now: &'a str,
    },
    /// Among others, this one.
    Keys {
        was: &'a str,
        now: &'a str,
    },
    Attribute {
        text: &'a str,
        added: bool,
    },
}

pub(crate) fn unreadable_lock(reason: &str) -> Error {
    Error::new(
        names::call_site(),
        format_args!("`events.lock` cannot be read: {reason}"),
    )
}

pub(crate) fn skipped_version(version: &LitInt, event: &Ident, last: u32) -> Error {
    let next = last + 1;
    error(
        version,
        format_args!("`{event}` is locked up to version {last}, so its next version is {next}"),
        format_args!(
            "write `version = {next}`, and the changes as those of version {next}\n\
             help: or, if the versions between were stored, lock them too: `{ACCEPT}`"
        ),
    )
}

/// A locked version of an event is no longer what it was: what happened, and the three ways out.
pub(crate) fn locked_version_changed(
    place: TokenStream,
    at: &LockedVersion<'_>,
    edit: &Edit<'_>,
    field: Option<&str>,
) -> Error {
    let LockedVersion { event, version, .. } = at;
    let next = version + 1;
    let wrong = match edit {
        Edit::Added { key } => {
            format!("`{key}` is not in version {version} of `{event}`, which is locked")
        }
        Edit::Removed { key, text } => {
            format!(
                "version {version} of `{event}`, which is locked, has `{key}: {text}`, and it is not stored any more"
            )
        }
        Edit::Renamed { was, now } => {
            format!(
                "version {version} of `{event}`, which is locked, has `{was}` where `{now}` stands"
            )
        }
        Edit::Changed { key, was, now } => {
            format!(
                "version {version} of `{event}`, which is locked, has `{key}: {was}`, not `{now}`"
            )
        }
        Edit::Keys { was, now } => {
            format!(
                "version {version} of `{event}`, which is locked, has other keys, such as `{was}` for `{now}`"
            )
        }
        Edit::Attribute { text, added: true } => {
            format!("version {version} of `{event}` is locked without `{text}`")
        }
        Edit::Attribute { text, added: false } => {
            format!("version {version} of `{event}` is locked with `{text}`")
        }
    };
    let raise = if *version == at.today {
        format!("raise the version, `#[event(version = {next})]`, and write ")
    } else {
        "write ".to_owned()
    };
    let (step, back) = ways(event, next, edit, field);
    error(
        place,
        wrong,
        format_args!(
            "{raise}{step}\n\
             help: or {back}\n\
             help: or, if version {version} was never stored, accept the change: `{ACCEPT}`"
        ),
    )
}

/// The attribute to write, and what to restore.
fn ways(event: &Ident, next: u32, edit: &Edit<'_>, field: Option<&str>) -> (String, String) {
    match edit {
        Edit::Added { key } => (
            format!("`#[since({next}, default)]` on `{}`", field.unwrap_or(key)),
            format!("take `{}` out again", field.unwrap_or(key)),
        ),
        Edit::Removed { key, text } => (
            format!(
                "`#[removed({next}, {key}: {})]` above the struct",
                plain(text)
            ),
            format!("put `{key}: {}` back", plain(text)),
        ),
        Edit::Renamed { was, now } => (
            format!(
                "`#[renamed({next}, was = \"{was}\")]` on `{}`",
                field.unwrap_or(now)
            ),
            format!("call it `{was}` again"),
        ),
        Edit::Changed { key, was, now } if plain(was) != plain(now) => {
            let (was, now) = (plain(was), plain(now));
            let (with, which) = if now == format!("Option<{was}>") {
                ("Some", String::new())
            } else {
                ("..", format!(", with a function from `{was}` to `{now}`"))
            };
            let field = field.unwrap_or(key);
            (
                format!("`#[changed({next}, from = {was}, with = {with})]` on `{field}`{which}"),
                format!("write `{key}: {was}` again"),
            )
        }
        Edit::Changed { .. } | Edit::Keys { .. } | Edit::Attribute { .. } => (
            format!(
                "`from = {event}V{}`: the old struct as it was, and `impl From<{event}V{}> for {event}`",
                next - 1,
                next - 1
            ),
            "write serde's attributes as they were".to_owned(),
        ),
    }
}

/// A type without what serde is told about it.
fn plain(text: &str) -> &str {
    text.split(" #[serde").next().unwrap_or(text)
}

pub(crate) fn value_changed(place: impl ToTokens, value: &Ident, wrong: &str) -> Error {
    error(
        place,
        format_args!("`{value}` is locked {wrong}: what is stored could not be read"),
        format_args!(
            "leave `{value}` as it was, write the new type under another name, and raise the events that hold it: \
             `#[changed(2, from = {value}, with = ..)]` on the field\n\
             help: or, if no event that holds one was ever stored, accept the change: `{ACCEPT}`"
        ),
    )
}

pub(crate) fn unlocked_but_locked(lock: &LitBool, what: &str) -> Error {
    error(
        lock,
        format_args!("`{what}` is in events.lock, so what is stored of it is to be read for ever"),
        "leave `lock = false` out; or, if it was never stored, delete its lines in events.lock",
    )
}

pub(crate) fn lowered_version(
    place: impl ToTokens,
    event: &Ident,
    locked: u32,
    name: &str,
) -> Error {
    error(
        place,
        format_args!(
            "version {locked} of `{name}` is locked, and `{event}` is at a version before it"
        ),
        format_args!(
            "write `#[event(version = {locked})]`, or a later one, with the changes that led there\n\
             help: or, if this is the struct of an old version, give it another name, such as `{event}V1`, and \
             `name = \"{name}\"`\n\
             help: or, if version {locked} was never stored, delete its lines in events.lock"
        ),
    )
}

pub(crate) fn lowered_saga(place: impl ToTokens, saga: &str, locked: u32) -> Error {
    error(
        place,
        format_args!("version {locked} of `{saga}` is locked, and this is a version before it"),
        format_args!(
            "write `#[saga(version = {locked})]`, or a later one: those that version {locked} has started stand still otherwise\n\
             help: or, if version {locked} was never deployed, write its number of today in events.lock"
        ),
    )
}

pub(crate) fn names_that_differ(setting: impl ToTokens) -> Error {
    error(
        setting,
        "what is written under one name and read under another is never read again",
        "write one name for both: `rename = \"..\"`",
    )
}

pub(crate) fn conditional_storage(attribute: &syn::Attribute) -> Error {
    error(
        attribute,
        "what is stored does not depend on features or platforms",
        "leave the condition out",
    )
}
