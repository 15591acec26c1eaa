//! The file: read, or changed by one test at a time.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::ops::{Deref, DerefMut};
use std::path::Path;

use gesta_lock::Lock;

use super::check::Findings;
use super::sources;

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

/// The tests of a package run beside each other, and in several processes.
fn accept(
    path: &Path,
    findings: &mut Findings,
    change: impl FnOnce(&mut Access, &mut Findings),
) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = options
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)?;
    file.lock()?;
    let mut before = String::new();
    file.read_to_string(&mut before)?;
    let mut access = Access {
        lock: parse(&before)?,
        accepts: true,
    };
    change(&mut access, findings);
    let after = access.lock.to_string();
    // A file that is written is compiled against anew.
    if after == before {
        return Ok(());
    }
    write(&mut file, &after)
}

fn write(file: &mut File, text: &str) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
