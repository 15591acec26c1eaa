//! What the system says of a process. Elsewhere than on Linux it says nothing here.

use std::fs;
use std::io::{ErrorKind, Read};

use crate::Failure;

/// The byte of an SQLite file's shared memory that whoever writes has locked: 120, see `walformat.html` of its manual.
const WRITE_LOCK: [&str; 2] = ["120", "120"];

/// Whether each thread of the process has come to a stop.
pub(super) fn stands_still(pid: u32) -> Result<bool, Failure> {
    let threads = match fs::read_dir(format!("/proc/{pid}/task")) {
        Ok(threads) => threads,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error.into()),
    };
    for thread in threads {
        let stat = fs::read_to_string(thread?.path().join("stat"))?;
        // The name of the thread stands in parentheses before its state, and may hold any.
        let state = stat.rsplit(") ").next().unwrap_or_default();
        if !state.starts_with('T') {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether the process may write into an SQLite file and all others wait.
pub(super) fn holds_write_lock(pid: u32) -> Result<bool, Failure> {
    // At one go: who reads it piece by piece may miss one, while others take and release theirs.
    let mut locks = vec![0; 1 << 16];
    let read = fs::File::open("/proc/locks").and_then(|mut file| file.read(&mut locks));
    let locks = match read {
        Ok(bytes) => String::from_utf8_lossy(locks.get(..bytes).unwrap_or_default()),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    let pid = pid.to_string();
    Ok(locks.lines().any(|lock| {
        // `1: POSIX  ADVISORY  WRITE 4711 fe:00:1054 120 120`; who waits for one has an arrow more.
        let words: Vec<_> = lock.split_whitespace().collect();
        matches!(words[..], [_, "POSIX", _, "WRITE", owner, _, from, to]
            if owner == pid && [from, to] == WRITE_LOCK)
    }))
}
