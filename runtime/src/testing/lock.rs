//! What a changed `events.lock` means.

use gesta_lock::{Difference, Lock, LockError};

/// What changes between two texts of an `events.lock`, and whether what is stored is still read.
///
/// `before` is the file of what runs today, or of the last release; `after` is the one that is about to be released.
/// [`Difference::impact`] is the worst of it, its `Display` a report with a line for each change, and what to do.
///
/// ```
/// use gesta::testing::{Impact, lock_difference};
///
/// let before = "event Withdrawn v1\n    cents: u64\n";
/// let after = "\
/// event Withdrawn v1
///     cents: u64
///
/// event Withdrawn v2
///     cents: u64
///     memo: String
/// ";
/// let difference = lock_difference(before, after)?;
/// assert_eq!(difference.impact(), Some(Impact::Compatible));
/// assert_eq!(
///     difference.to_string(),
///     "compatible     event Withdrawn v2 is new\n"
/// );
///
/// // What is gone from the lock is not checked any more.
/// let difference = lock_difference(after, before)?;
/// assert_eq!(difference.impact(), Some(Impact::Breaking));
/// # Ok::<(), gesta::testing::LockError>(())
/// ```
///
/// # Errors
/// If one of the texts is no `events.lock`: it has been edited by hand, or left in the middle of a merge.
pub fn lock_difference(before: &str, after: &str) -> Result<Difference, LockError> {
    let (before, after): (Lock, Lock) = (before.parse()?, after.parse()?);
    Ok(gesta_lock::difference(&before, &after))
}
