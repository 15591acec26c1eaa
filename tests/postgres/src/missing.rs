//! What happens where there is no server.

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

use crate::Failure;

/// Says what is left out and how to have it, once; where tests must not be left out, it is a failure.
pub(crate) fn skip(what: &'static str, remedy: &str) -> Result<(), Failure> {
    static SAID: Mutex<BTreeSet<&str>> = Mutex::new(BTreeSet::new());
    let text = format!("{what} are left out, since there is no PostgreSQL here: {remedy}");
    if std::env::var_os("CI").is_some() {
        return Err(text.into());
    }
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    if said.insert(what) {
        // Past the test harness, which shows nothing of a test that passes.
        let _ = writeln!(std::io::stderr().lock(), "\n{text}");
    }
    Ok(())
}
