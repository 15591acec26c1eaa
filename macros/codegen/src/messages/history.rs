//! Of the versions of an event.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{Attribute, Error, LitInt, Path};

use super::error;

pub(crate) fn invalid_version(version: &LitInt) -> Error {
    error(
        version,
        "the version of an event is a number from 1 to 1000",
        "write `version = 2` for the first change; without `version`, it is 1",
    )
}

pub(crate) fn from_before_the_first_version(from: &Path) -> Error {
    error(
        from,
        "`from` names the event of the version before, and there is none before version 1",
        "write `version = 2, from = ..`",
    )
}

pub(crate) fn incomplete_step(attribute: &Attribute, example: &str) -> Error {
    error(
        attribute,
        "the attribute is not written like this: it begins with the version that brought the change",
        format_args!("write `{example}`"),
    )
}

pub(crate) fn since_without_default(attribute: &Attribute, version: &LitInt) -> Error {
    error(
        attribute,
        format_args!(
            "nothing says what stands for the field in events from before version {version}"
        ),
        format_args!(
            "write `#[since({version}, default)]`, or a value: `#[since({version}, default = \"EUR\")]`"
        ),
    )
}

pub(crate) fn step_to_the_first_version(version: &LitInt) -> Error {
    error(
        version,
        "a change leads to version 2 or later: version 1 is the first shape of the event",
        "write the version that brought the change",
    )
}

pub(crate) fn step_above_the_version(version: &LitInt, of_event: u32) -> Error {
    error(
        version,
        format_args!("the change is of version {version}, and the event is at version {of_event}"),
        format_args!("write `#[event(version = {version})]`"),
    )
}

pub(crate) fn second_since(version: &LitInt, field: &Ident) -> Error {
    error(
        version,
        format_args!("`{field}` begins twice"),
        format_args!(
            "keep one `#[since]`; a field of that name that came before and went is `#[removed({version}, {field}: ..)]` above the struct"
        ),
    )
}

pub(crate) fn step_before_since(version: &LitInt, field: &Ident, since: u32) -> Error {
    error(
        version,
        format_args!("`{field}` did not exist before version {since}, so it was nothing else then"),
        format_args!("leave the attribute out, or write a version above {since}"),
    )
}

pub(crate) fn repeated_step(version: &LitInt) -> Error {
    error(
        version,
        format_args!("version {version} changes this twice"),
        "keep one of the two, or write the version that the other belongs to",
    )
}

pub(crate) fn removed_before_since(since: &LitInt, field: &Ident, removed: u32) -> Error {
    error(
        since,
        format_args!("`{field}` was removed in version {removed}, so it came before that"),
        format_args!("write a version below {removed}"),
    )
}

pub(crate) fn steps_beside_serde(setting: impl ToTokens, name: &str) -> Error {
    error(
        setting,
        format_args!(
            "with `#[serde({name})]` on the struct, the attributes of its fields cannot tell what was stored"
        ),
        "keep the old struct as an event of its own, and write `#[event(version = 2, from = OldStruct)]`",
    )
}

pub(crate) fn missing_step(version: &LitInt, missing: u32) -> Error {
    let before = missing.saturating_sub(1);
    error(
        version,
        format_args!(
            "nothing says what version {missing} changed: events of version {before} could not be read"
        ),
        format_args!(
            "write the change: on a field `#[since({missing}, default)]`, `#[renamed({missing}, was = \"..\")]` or \
             `#[changed({missing}, from = .., with = ..)]`, above the struct `#[removed({missing}, field: Type)]`; \
             or keep the old struct and write `from = OldStruct` here"
        ),
    )
}

pub(crate) fn key_twice(place: impl ToTokens, key: &str, version: u32) -> Error {
    error(
        place,
        format_args!("in version {version} there would be two fields `{key}`"),
        format_args!(
            "one of them is newer or was called otherwise: write `#[since(..)]` or `#[renamed(..)]` on it, with a \
             version above {version}"
        ),
    )
}
