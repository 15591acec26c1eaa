//! The file, read. Nothing is guessed: a line is what it should be, or the file is refused.

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};
use std::str::FromStr;

use crate::error::{LockError, LockErrorKind};
use crate::lock::{EventKey, Lock, Shape};
use crate::text;

/// What git writes where a merge failed.
const CONFLICTS: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

/// The entry to which indented lines belong.
enum Open<'a> {
    Nothing,
    Names(&'a mut BTreeSet<String>),
    Shape(&'a mut Shape),
}

impl FromStr for Lock {
    type Err = LockError;

    fn from_str(text: &str) -> Result<Self, LockError> {
        let mut lock = Self::default();
        let mut open = Open::Nothing;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (index, line) in text.split('\n').enumerate() {
            let at = |kind| LockError {
                line: index + 1,
                kind,
            };
            let line = line.trim_end();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if line.starts_with(char::is_whitespace) {
                open.line(line).map_err(at)?;
            } else {
                open = entry(&mut lock, line).map_err(at)?;
            }
        }
        Ok(lock)
    }
}

/// What an entry may begin with.
const KEYWORDS: [&str; 4] = ["aggregate", "event", "value", "saga"];

/// The first line of an entry: `event Withdrawn v2`.
fn entry<'a>(lock: &'a mut Lock, line: &str) -> Result<Open<'a>, LockErrorKind> {
    if CONFLICTS.iter().any(|mark| line.starts_with(mark)) {
        return Err(LockErrorKind::Conflict);
    }
    let (keyword, rest) = line.split_once(' ').unwrap_or((line, ""));
    if !KEYWORDS.contains(&keyword) {
        return Err(LockErrorKind::UnknownEntry(line.to_owned()));
    }
    let (name, rest) = text::read_name(rest.trim_start()).ok_or(LockErrorKind::Name)?;
    if ["event", "saga"].contains(&keyword) {
        let version = version(rest).ok_or(LockErrorKind::Version)?;
        return match keyword {
            "saga" => saga(lock, name, version, line),
            _ => first(&mut lock.events, EventKey { name, version }, line).map(Open::Shape),
        };
    }
    if !rest.is_empty() {
        return Err(LockErrorKind::Unreadable(line.to_owned()));
    }
    match keyword {
        "aggregate" => first(&mut lock.aggregates, name, line).map(Open::Names),
        _ => first(&mut lock.values, name, line).map(Open::Shape),
    }
}

/// It has one entry, whatever version it is at.
fn saga<'a>(
    lock: &'a mut Lock,
    name: String,
    version: u32,
    line: &str,
) -> Result<Open<'a>, LockErrorKind> {
    let saga = first(&mut lock.sagas, name, line)?;
    saga.version = version;
    Ok(Open::Names(&mut saga.steps))
}

fn version(text: &str) -> Option<u32> {
    let digits = text.trim_start().strip_prefix('v')?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok().filter(|version| *version > 0)
}

fn first<'a, K: Ord, V: Default>(
    entries: &'a mut BTreeMap<K, V>,
    key: K,
    line: &str,
) -> Result<&'a mut V, LockErrorKind> {
    match entries.entry(key) {
        Entry::Vacant(free) => Ok(free.insert(V::default())),
        Entry::Occupied(_) => Err(LockErrorKind::Duplicate(line.to_owned())),
    }
}

impl Open<'_> {
    /// A line that is indented.
    fn line(&mut self, line: &str) -> Result<(), LockErrorKind> {
        if let Open::Nothing = self {
            return Err(LockErrorKind::NoEntry);
        }
        let (line, deep) = match (line.strip_prefix("    "), line.strip_prefix("  ")) {
            (Some(line), _) => (line, true),
            (None, Some(line)) => (line, false),
            (None, None) => return Err(LockErrorKind::Indentation),
        };
        if line.starts_with(char::is_whitespace) {
            return Err(LockErrorKind::Indentation);
        }
        let new = match self {
            Open::Names(names) if deep => read_only_name(line).map(|name| names.insert(name)),
            Open::Shape(shape) if deep => declared(shape, line),
            Open::Shape(shape) => stored(shape, line),
            _ => None,
        };
        match new {
            Some(true) => Ok(()),
            Some(false) => Err(LockErrorKind::Duplicate(line.to_owned())),
            None => Err(LockErrorKind::Unreadable(line.to_owned())),
        }
    }
}

fn read_only_name(line: &str) -> Option<String> {
    let (name, rest) = text::read_name(line)?;
    rest.is_empty().then_some(name)
}

/// An attribute or a field; whether it is the first of its name.
fn declared(shape: &mut Shape, line: &str) -> Option<bool> {
    if line.starts_with(['#', '\\']) {
        return Some(shape.attributes.insert(text::read_value(line)?));
    }
    let (key, rest) = text::read_name(line)?;
    let declared = if let Some(value) = rest.strip_prefix(": ") {
        text::read_value(value)?
    } else if rest.is_empty() || rest.starts_with('(') {
        rest.to_owned()
    } else {
        let rest = rest.strip_prefix(' ')?;
        rest.starts_with(['{', '#']).then(|| rest.to_owned())?
    };
    let new = !shape.fields.contains_key(&key);
    shape.fields.insert(key, declared);
    Some(new)
}

/// `wire` or `golden`; whether it is the first.
fn stored(shape: &mut Shape, line: &str) -> Option<bool> {
    let (keyword, rest) = line.split_once(' ')?;
    let place = match keyword {
        "wire" => &mut shape.wire,
        "golden" => &mut shape.golden,
        _ => return None,
    };
    let value = text::read_value(rest.trim_start())?;
    Some(place.replace(value).is_none())
}
