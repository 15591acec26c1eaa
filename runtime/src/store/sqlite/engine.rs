//! Which SQLite may open a file.

use crate::store::StoreError;

/// The first version without the bug by which a checkpoint beside a writer could damage a write-ahead log.
const WANTED: [u32; 3] = [3, 51, 3];

/// Refuses an engine that can damage a database, or whose version cannot be read.
pub(super) fn check(version: &str) -> Result<(), StoreError> {
    if parse(version).is_some_and(|version| version >= WANTED) {
        return Ok(());
    }
    let [major, minor, patch] = WANTED;
    Err(StoreError::UnsafeEngine {
        engine: format!("SQLite {version}"),
        wanted: format!("SQLite {major}.{minor}.{patch}"),
    })
}

fn parse(version: &str) -> Option<[u32; 3]> {
    let mut parts = version.splitn(3, '.').map(|part| part.parse().ok());
    Some([
        parts.next()??,
        parts.next()??,
        parts.next().unwrap_or(Some(0))?,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn engines_that_can_damage_a_log_are_refused() {
        for version in [
            "3.6.23", "3.7.0", "3.45.1", "3.50.4", "3.51.0", "3.51.2", "", "x", "3",
        ] {
            assert!(
                matches!(check(version), Err(StoreError::UnsafeEngine { .. })),
                "{version} is taken"
            );
        }
    }

    #[test]
    fn engines_without_the_bug_are_taken() {
        for version in ["3.51.3", "3.52", "3.52.0", "3.100.0", "4.0.0"] {
            assert!(check(version).is_ok(), "{version} is refused");
        }
    }
}
