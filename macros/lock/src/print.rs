//! The file as text: the same lock gives the same text.

use std::fmt;

use crate::lock::{EventKey, Lock, Saga, Shape};
use crate::text;

const HEADER: &str = "\
# The shapes in which the events of this package are stored: what is in here can be read for ever.
# Written by `GESTA_LOCK=accept cargo test`. Commit it, and review it like code.
";

impl Lock {
    /// The entries as text, without the lines above them.
    #[must_use]
    pub fn entries(&self) -> String {
        let text = self.to_string();
        text.strip_prefix(HEADER)
            .unwrap_or(&text)
            .trim_start()
            .to_owned()
    }
}

impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEADER)?;
        for (aggregate, names) in &self.aggregates {
            writeln!(f, "\naggregate {}", text::name(aggregate))?;
            for name in names {
                writeln!(f, "    {}", text::name(name))?;
            }
        }
        for (key, shape) in &self.events {
            write!(f, "\nevent {key}\n{shape}")?;
        }
        for (name, shape) in &self.values {
            write!(f, "\nvalue {}\n{shape}", text::name(name))?;
        }
        for (name, saga) in &self.sagas {
            write!(f, "\nsaga {} v{}\n{saga}", text::name(name), saga.version)?;
        }
        Ok(())
    }
}

impl fmt::Display for EventKey {
    /// `Withdrawn v2`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} v{}", text::name(&self.name), self.version)
    }
}

impl fmt::Display for Shape {
    /// The lines of its entry.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for attribute in &self.attributes {
            writeln!(f, "    {}", attribute_text(attribute))?;
        }
        for (key, declared) in &self.fields {
            writeln!(f, "    {}", field(key, declared))?;
        }
        if let Some(wire) = &self.wire {
            writeln!(f, "  wire   {}", text::value(wire))?;
        }
        if let Some(golden) = &self.golden {
            writeln!(f, "  golden {}", text::value(golden))?;
        }
        Ok(())
    }
}

impl fmt::Display for Saga {
    /// The lines of its entry.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut steps = self.steps.iter();
        steps.try_for_each(|step| writeln!(f, "    {}", text::name(step)))
    }
}

/// A field as it stands in the file: `cents: u64`, `Eur`, `Other(String)`, `Named { a: u64 }`.
pub(crate) fn field(key: &str, declared: &str) -> String {
    let name = text::name(key);
    if declared.is_empty() {
        name
    } else if !is_variant(key, declared) || !text::fits_a_line(declared) {
        format!("{name}: {}", text::value(declared))
    } else if declared.starts_with('(') {
        format!("{name}{declared}")
    } else {
        format!("{name} {declared}")
    }
}

/// Whether this declares a variant of an enum. A type is never empty and has no braces, so only a tuple is in doubt;
/// there the name decides.
pub(crate) fn is_variant(key: &str, declared: &str) -> bool {
    let upper = key.starts_with(char::is_uppercase);
    declared.is_empty() || (upper && declared.starts_with(['(', '{', '#']))
}

/// Nothing but a `#` tells an attribute from a field.
fn attribute_text(attribute: &str) -> String {
    if attribute.starts_with('#') {
        text::value(attribute)
    } else {
        text::escaped(attribute)
    }
}
