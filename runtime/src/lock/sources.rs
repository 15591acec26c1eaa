//! What the lock holds and no source names any more.

use std::path::{Path, PathBuf};
use std::sync::Once;
use std::{fs, io};

use gesta_lock::Lock;

use super::check::Findings;

/// Adds each entry whose name stands in no source of the package; once for all the tests of a process.
///
/// A name comes from an identifier or from a literal, so one that is in use stands somewhere.
pub(super) fn find_what_is_lost(folder: &Path, lock: &Lock, findings: &mut Findings) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Sources that a build script writes are elsewhere; so are those of a package that was moved.
        if folder.join("build.rs").exists() {
            return;
        }
        let Ok(sources) = sources(folder) else {
            return;
        };
        for (kind, name) in names(lock) {
            if is_plain(name) && !sources.iter().any(|source| names_it(source, name)) {
                let unless = match kind {
                    "saga" => "none of it is under way",
                    _ => "it was never stored",
                };
                findings.broken(format!(
                    "{kind} `{name}` is in it, and no source of the package names it: bring it back; or, if {unless}, \
                     delete its lines in events.lock"
                ));
            }
        }
    });
}

fn names(lock: &Lock) -> Vec<(&'static str, &str)> {
    let aggregates = lock.aggregates.keys().map(|name| ("aggregate", &**name));
    let events = lock.events.keys().map(|key| ("event", &*key.name));
    let values = lock.values.keys().map(|name| ("value", &**name));
    let sagas = lock.sagas.keys().map(|name| ("saga", &**name));
    let names = aggregates.chain(events).chain(values).chain(sagas);
    let mut names: Vec<_> = names.collect();
    names.dedup();
    names
}

/// Whether a literal holds the name as it is.
fn is_plain(name: &str) -> bool {
    name.bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
}

/// Whether the name stands in the source, and not as a part of another.
fn names_it(source: &str, name: &str) -> bool {
    let is_word = |char: char| char.is_alphanumeric() || char == '_';
    source.match_indices(name).any(|(at, _)| {
        let (before, from) = source.split_at(at);
        let after = from.strip_prefix(name).unwrap_or_default();
        !before.ends_with(is_word) && !after.starts_with(is_word)
    })
}

/// The text of each Rust file, wherever it stands in the package.
fn sources(folder: &Path) -> io::Result<Vec<String>> {
    let (mut folders, mut found) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path: PathBuf = entry?.path();
            let name = path.file_name().unwrap_or_default();
            let is_built = name == "target" || name.as_encoded_bytes().starts_with(b".");
            if path.is_dir() {
                folders.extend((!is_built).then_some(path));
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(fs::read_to_string(path)?);
            }
        }
    }
    Ok(found)
}
