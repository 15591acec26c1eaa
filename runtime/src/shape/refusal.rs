//! Why a type did not take what it was given.

use std::fmt::Display;

use serde::de;
use thiserror::Error;

/// What a type said about the value that it was given. Some of it can be learned from.
#[derive(Debug, Clone, Error)]
pub(super) enum Refusal {
    #[error("{0}")]
    Said(String),
    #[error("missing field `{0}`")]
    Missing(&'static str),
    #[error("duplicate field `{0}`")]
    Duplicate(&'static str),
    #[error("unknown field `{0}`")]
    Unknown(String),
    #[error("`{variant}` is none of its variants")]
    Variant {
        variant: String,
        known: &'static [&'static str],
    },
    /// The keys of a map turned out to be names of fields.
    #[error("the names of its fields are not known")]
    Names,
    #[error("it is nested without an end")]
    Deep,
    #[error("it is too large to be traced")]
    Spent,
}

impl de::Error for Refusal {
    fn custom<T: Display>(message: T) -> Self {
        Self::Said(message.to_string())
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Self::Unknown(field.to_owned())
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::Duplicate(field)
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::Variant {
            variant: variant.to_owned(),
            known: expected,
        }
    }
}
