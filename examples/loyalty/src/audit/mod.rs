//! Who did what to a member, and why: every commit below the one that caused it.
//!
//! Each event has, beside it, the id of its command, and what caused that: `meta.causation`. What a saga sends has the command
//! id of the commit in which the saga decided it; what comes of it, that of what was sent. Followed from the first command
//! on, this is a tree. The whole log is read for it: an audit trusts nothing that was derived.

mod log;
mod tree;
mod words;

use gesta::App;

use crate::error::LoyaltyError;
use log::commits;
use tree::Tree;
use words::Words;

/// The tree of all that happened to a member.
///
/// # Errors
/// If there is no such member, or the log cannot be read.
pub async fn audit(app: &App, member: &str) -> Result<String, LoyaltyError> {
    let commits = commits(app).await?;
    let stream = format!("Member/{member}");
    if commits.iter().all(|commit| commit.stream != stream) {
        return Err(LoyaltyError::NoMember {
            member: member.to_owned(),
        });
    }
    let words = Words::read(app, &commits, member).await?;
    Ok(Tree::new(commits).grown_from(&stream, &words))
}
