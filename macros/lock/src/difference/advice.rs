//! What to do about a change: the code to write.

use super::attributes::type_of;
use crate::lock::EventKey;

/// What was changed decides how it is mended.
#[derive(Clone, Copy)]
pub(super) enum Advice<'a> {
    /// The version in which the event is stored today.
    Event(&'a EventKey),
    /// A version that has another after it: it is history.
    OldEvent(&'a EventKey),
    /// A type in the fields of events, which has no versions of its own.
    Value(&'a str),
}

impl Advice<'_> {
    pub(super) fn is_value(self) -> bool {
        matches!(self, Self::Value(_))
    }

    /// For a field that may not be missing. `twin` is a field of the same type that was removed.
    pub(super) fn added(self, twin: Option<&str>) -> String {
        match self {
            Self::Event(key) => {
                let next = next(key);
                let renamed = twin.map(|twin| {
                    format!(", or, if it was `{twin}`, `#[renamed({next}, was = {twin:?})]`")
                });
                let renamed = renamed.unwrap_or_default();
                format!(
                    "write `#[event(version = {next})]` and `#[since({next}, default)]` on the field{renamed}"
                )
            }
            Self::Value(_) => {
                "make it an `Option<..>`, or write `#[serde(default)]` on it".to_owned()
            }
            Self::OldEvent(_) => self.converted(),
        }
    }

    pub(super) fn removed(self, key: &str, declared: &str) -> String {
        match self {
            Self::Event(event) => {
                let (next, ty) = (next(event), type_of(declared));
                format!("write `#[event(version = {next})]` and `#[removed({next}, {key}: {ty})]`")
            }
            _ => self.converted(),
        }
    }

    pub(super) fn changed(self, declared: &str) -> String {
        match self {
            Self::Event(event) => {
                let (next, ty) = (next(event), type_of(declared));
                format!(
                    "write `#[event(version = {next})]` and `#[changed({next}, from = {ty}, with = ..)]` on the field"
                )
            }
            _ => self.converted(),
        }
    }

    /// For what no attribute of a field can express.
    pub(super) fn converted(self) -> String {
        match self {
            Self::Event(EventKey { name, version }) => format!(
                "change it back, or keep the struct as `{name}V{version}` and write \
                 `#[event(version = {}, from = {name}V{version})]`",
                version.saturating_add(1)
            ),
            Self::OldEvent(key) => format!(
                "change it back: what is stored as v{} does not change any more",
                key.version
            ),
            Self::Value(name) => format!(
                "change it back, or make it a type of another name, and write \
                 `#[changed(.., from = {name}, with = ..)]` on the fields of events that get it"
            ),
        }
    }
}

fn next(key: &EventKey) -> u32 {
    key.version.saturating_add(1)
}
