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
        // A package that was moved since it was compiled has no sources here.
        let Ok(sources) = sources(&folder.join("src")) else {
            return;
        };
        for (kind, name) in names(lock) {
            if is_plain(name) && !sources.iter().any(|source| source.contains(name)) {
                findings.broken(format!(
                    "{kind} `{name}` is in it, and no source of the package names it: bring it back, or, if it was never \
                     stored, delete its lines"
                ));
            }
        }
    });
}

fn names(lock: &Lock) -> Vec<(&'static str, &str)> {
    let aggregates = lock.aggregates.keys().map(|name| ("aggregate", &**name));
    let events = lock.events.keys().map(|key| ("event", &*key.name));
    let values = lock.values.keys().map(|name| ("value", &**name));
    let mut names: Vec<_> = aggregates.chain(events).chain(values).collect();
    names.dedup();
    names
}

/// Whether a literal holds the name as it is.
fn is_plain(name: &str) -> bool {
    name.bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
}

/// The text of each Rust file.
fn sources(folder: &Path) -> io::Result<Vec<String>> {
    let (mut folders, mut found) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path: PathBuf = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(fs::read_to_string(path)?);
            }
        }
    }
    Ok(found)
}
