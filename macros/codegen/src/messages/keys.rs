//! Of the keys that every attribute has.

use proc_macro2::{Ident, TokenStream};
use syn::{Error, Path};

use super::error;
use crate::syntax::keys::{Grammar, Known};
use crate::syntax::similar::similar;

pub(crate) fn unknown_key(key: &Ident, grammar: &Grammar) -> Error {
    let of = grammar.of;
    let wrong = format!("{of} has no key `{key}`");
    let known = grammar.keys.iter().map(|known| known.key);
    let meant = similar(&key.to_string(), known)
        .and_then(|name| grammar.keys.iter().find(|known| known.key == name));
    match meant {
        Some(meant) => error(
            key,
            wrong,
            format_args!("did you mean `{}`?", meant.example),
        ),
        None if grammar.keys.is_empty() => {
            error(key, wrong, format_args!("write {of}, without keys"))
        }
        None if grammar.keys.len() == 1 => {
            error(key, wrong, format_args!("its only key is {grammar}"))
        }
        None => error(key, wrong, format_args!("its keys are {grammar}")),
    }
}

pub(crate) fn repeated_key(key: &Ident, grammar: &Grammar) -> Error {
    error(
        key,
        format_args!("the key `{key}` of {} is written twice", grammar.of),
        "keep one of the two",
    )
}

pub(crate) fn malformed_key(key: &Ident, known: &Known) -> Error {
    error(
        key,
        format_args!("the key `{key}` is not written like this"),
        format_args!("write `{}`", known.example),
    )
}

pub(crate) fn not_a_key(at: &TokenStream, grammar: &Grammar) -> Error {
    let of = grammar.of;
    if grammar.keys.is_empty() {
        error(
            at,
            format_args!("{of} has no keys"),
            format_args!("write {of}"),
        )
    } else {
        error(
            at,
            format_args!("expected a key of {of}"),
            format_args!("its keys are {grammar}"),
        )
    }
}

pub(crate) fn crate_from_macro(path: &Path) -> Error {
    error(
        path,
        "a path that starts with `$crate` cannot be passed on to serde",
        "write a path that the caller of the macro can use too, such as `crate = my_crate::gesta`",
    )
}
