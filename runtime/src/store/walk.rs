//! The rules by which a store that walks a batch in order judges each commit.

use std::collections::HashSet;

use super::{Commit, Outcome, Recording, StreamName};

/// One walk over one batch.
///
/// The version alone does not tell whether a commit may be written. If two of a stream were decided on versions 5 and
/// 6, another process wrote version 6 and the first is therefore refused, then the second has the right number, but it
/// was decided on an event that is not the one at version 6.
#[derive(Default)]
pub(super) struct Walk<'a> {
    broken: HashSet<&'a StreamName>,
}

impl<'a> Walk<'a> {
    /// Why a commit is not written; `None` if it is to be.
    pub(super) fn refusal(
        &mut self,
        commit: &'a Commit,
        head: u64,
        known: Option<Recording>,
    ) -> Option<Outcome> {
        if let Some(recording) = known {
            if !commit.events.is_empty() {
                self.broken.insert(&commit.stream);
            }
            return Some(Outcome::Known(recording));
        }
        let broken = !self.broken.is_empty() && self.broken.contains(&commit.stream);
        if broken || head != commit.expected {
            self.broken.insert(&commit.stream);
            return Some(Outcome::Refused);
        }
        None
    }
}
