//! The file: read, or changed by one test at a time.

use std::fs::{File, OpenOptions};
use std::io;
use std::ops::{Deref, DerefMut};
use std::path::Path;

use gesta_lock::Lock;

use super::check::Findings;
use super::sources;
use crate::fnv;

/// The lock, and whether what is changed in it is kept.
pub(super) struct Access {
    lock: Lock,
    accepts: bool,
}

impl Access {
    /// Whether the code is right and the lock is to follow.
    pub(super) fn accepts(&self) -> bool {
        self.accepts
    }
}

impl Deref for Access {
    type Target = Lock;

    fn deref(&self) -> &Lock {
        &self.lock
    }
}

impl DerefMut for Access {
    fn deref_mut(&mut self) -> &mut Lock {
        &mut self.lock
    }
}

/// Compares with the lock of a package, or makes it follow: under `GESTA_LOCK=accept`.
pub(super) fn compare(
    folder: &Path,
    findings: &mut Findings,
    compare: impl FnOnce(&mut Access, &mut Findings),
) {
    let path = folder.join("events.lock");
    let accepts = std::env::var_os("GESTA_LOCK").is_some_and(|value| value == "accept");
    let done = if accepts {
        accept(&path, findings, compare)
    } else {
        read(&path).map(|lock| {
            sources::find_what_is_lost(folder, &lock, findings);
            let mut access = Access { lock, accepts };
            compare(&mut access, findings);
        })
    };
    if let Err(error) = done {
        findings.broken(format!("`{}`: {error}", path.display()));
    }
}

/// An empty lock if there is no file.
fn read(path: &Path) -> io::Result<Lock> {
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Lock::default()),
        Err(error) => Err(error),
    }
}

fn parse(text: &str) -> io::Result<Lock> {
    text.parse().map_err(io::Error::other)
}

/// The tests of a package run beside each other, and in several processes: one at a time comes here.
fn accept(
    path: &Path,
    findings: &mut Findings,
    change: impl FnOnce(&mut Access, &mut Findings),
) -> io::Result<()> {
    let _turn = turn(path)?;
    let mut access = Access {
        lock: read(path)?,
        accepts: true,
    };
    let before = access.lock.clone();
    change(&mut access, findings);
    // A file that is written is compiled against anew.
    if access.lock == before {
        return Ok(());
    }
    // Whoever is killed here leaves the old file or the new one.
    let new = path.with_extension("lock.new");
    std::fs::write(&new, access.lock.to_string())?;
    std::fs::rename(new, path)
}

/// Waits for the others: until the file is dropped, it is held.
fn turn(path: &Path) -> io::Result<File> {
    let name = fnv::hash(path.as_os_str().as_encoded_bytes().iter().copied());
    let file = std::env::temp_dir().join(format!("gesta-{name:016x}.lock"));
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(file)?;
    file.lock()?;
    Ok(file)
}
