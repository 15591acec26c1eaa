//! After an append that failed: what is written, what is not, and what nobody can say.

use std::error::Error;
use std::future::poll_fn;
use std::task::Poll;

use tracing::{debug, warn};

use super::batch::Entry;
use super::{Desk, Verdict};
use crate::dispatch::decide::caught;
use crate::store::{
    CommandKey, Commit, Lookup, PageLimit, Recording, Store, StoreError, StoreFuture,
};

/// How many commits in a row may fail by themselves before the fault is taken for the store's.
const FAILURES: u32 = 3;

/// Calls the store, and takes a panic of it for an error: the committer must outlive it.
pub(super) async fn call<T>(mut future: StoreFuture<'_, T>) -> Result<T, StoreError> {
    poll_fn(|cx| match caught(|| future.as_mut().poll(cx)) {
        Ok(poll) => poll,
        Err(message) => Poll::Ready(Err(StoreError::failed(format!(
            "the store panicked: {message}"
        )))),
    })
    .await
}

/// Finds out what became of commits whose append failed, and tries again, one by one, those that were not written: an
/// error that one of them causes is no business of the others.
pub(super) async fn recover(
    desk: &Desk,
    claims: Vec<(&mut Entry, &Commit)>,
    mut error: StoreError,
) {
    warn!(%error, cause = cause(&error), commits = claims.len(), "an append failed");
    let mut tries = if claims.len() > 1 { FAILURES } else { 0 };
    let found = find(&*desk.store, claims.iter().map(|(_, commit)| *commit)).await;
    let mut found = found.map(Vec::into_iter);
    for (entry, commit) in claims {
        let verdict = match found.as_mut().map(Iterator::next) {
            None | Some(None) => Verdict::Unknown,
            Some(Some(Lookup {
                known: Some(recording),
                ..
            })) => found_verdict(&*desk.store, commit, recording).await,
            Some(Some(_)) if entry.lineage.is_broken() => Verdict::Refused { conflict: false },
            Some(Some(_)) if tries > 0 && !matches!(error, StoreError::Unavailable(_)) => {
                append_alone(desk, commit).await
            }
            Some(Some(_)) => Verdict::Failed(error.clone()),
        };
        match &verdict {
            // That is the matter of this one, and not the store's.
            Verdict::Failed(StoreError::Inline { .. }) => {}
            Verdict::Failed(latest) => {
                error = latest.clone();
                tries = tries.saturating_sub(1);
            }
            Verdict::Durable { .. } => tries = FAILURES,
            _ => {}
        }
        entry.settle(commit, verdict);
    }
}

async fn append_alone(desk: &Desk, commit: &Commit) -> Verdict {
    let error = match call(desk.append(std::slice::from_ref(commit))).await {
        Ok(outcomes) => match outcomes.into_iter().next() {
            Some(outcome) => return Verdict::from(outcome),
            None => StoreError::failed("an append answered for no commit"),
        },
        Err(error) => error,
    };
    debug!(%error, stream = %commit.stream, "a commit failed by itself");
    match find(&*desk.store, [commit])
        .await
        .and_then(|found| found.into_iter().next())
    {
        Some(Lookup {
            known: Some(recording),
            ..
        }) => found_verdict(&*desk.store, commit, recording).await,
        Some(_) => Verdict::Failed(error),
        None => Verdict::Unknown,
    }
}

/// Says whether what is recorded under the command's id is this commit, or what another process made of the same command
/// at the same version: that one was decided at another time. Of a commit without events nobody can tell.
async fn found_verdict(store: &dyn Store, commit: &Commit, recording: Recording) -> Verdict {
    if recording.version != commit.version() || commit.events.is_empty() {
        return Verdict::Found(recording);
    }
    let limit = PageLimit {
        events: 1,
        bytes: 1,
    };
    let last = store.read_stream(&commit.stream, recording.version - 1, limit);
    match call(last).await {
        Ok(page)
            if page
                .events
                .first()
                .is_some_and(|last| last.meta == commit.meta) =>
        {
            Verdict::Found(recording)
        }
        Ok(_) => Verdict::Known(recording),
        Err(error) => {
            warn!(%error, cause = cause(&error), "what became of an append is not known");
            Verdict::Unknown
        }
    }
}

/// Asks which of the commits are written; `None` if the store does not say.
async fn find(
    store: &dyn Store,
    commits: impl IntoIterator<Item = &Commit>,
) -> Option<Vec<Lookup>> {
    let key = |commit: &Commit| CommandKey {
        command_id: commit.meta.command_id,
        stream: commit.stream.clone(),
    };
    let keys: Vec<_> = commits.into_iter().map(key).collect();
    match call(store.lookup(&keys)).await {
        Ok(found) => Some(found),
        Err(error) => {
            warn!(%error, cause = cause(&error), "what became of an append is not known");
            None
        }
    }
}

/// What is behind an error, which says only what it means here. No store puts a payload into it.
fn cause(error: &StoreError) -> Option<tracing::field::DisplayValue<&(dyn Error + 'static)>> {
    error.source().map(tracing::field::display)
}
