//! Transactions that are none, and pages that do not meet.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use gesta::store::views::{Inline, Stage, ViewBatch, ViewStore};
use gesta::store::{Commit, Outcome, Page, PageLimit, Store, StoreError, StoreFuture, StreamName};
use tokio::time::sleep;

use super::{Bug, views};

/// How long it takes from the one transaction to the other.
const DELAY: Duration = Duration::from_millis(5);
/// How many events a page has, so that there are many boundaries.
const PAGE: u32 = 16;

/// Writes the position, and then what belongs to it.
pub(super) struct PositionFirst;

impl Bug for PositionFirst {
    fn write<'a>(
        &'a self,
        views: &'a dyn ViewStore,
        batch: &'a ViewBatch,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let position = ViewBatch {
                generation: batch.generation,
                token: batch.token,
                from: batch.from,
                to: batch.to,
                ..ViewBatch::default()
            };
            if !views.write(&position).await? {
                return Ok(false);
            }
            sleep(DELAY).await;
            let rows = ViewBatch {
                from: batch.to,
                ..batch.clone()
            };
            views.write(&rows).await
        })
    }
}

/// Takes the first event of a page for the last of the page before.
#[derive(Default)]
pub(super) struct SkipsAtPage {
    /// Where the last page ended that was full.
    end: AtomicU64,
}

impl Bug for SkipsAtPage {
    fn read_log<'a>(
        &'a self,
        store: &'a dyn Store,
        after: u64,
        limit: PageLimit,
    ) -> StoreFuture<'a, Page> {
        Box::pin(async move {
            let events = limit.events.min(PAGE);
            let mut page = store.read_log(after, PageLimit { events, ..limit }).await?;
            if after > 0 && after == self.end.load(Ordering::SeqCst) {
                skip_first(&mut page)?;
            }
            if let (true, Some(last)) = (page.more, page.events.last()) {
                self.end.store(last.position, Ordering::SeqCst);
            }
            Ok(page)
        })
    }
}

/// A hole would be seen: the event is still there, but of an aggregate that nobody knows.
fn skip_first(page: &mut Page) -> Result<(), StoreError> {
    if let Some(first) = page.events.first_mut() {
        first.stream = StreamName::new("Skipped", "1").map_err(StoreError::failed)?;
        first.name = "Skipped".to_owned();
    }
    Ok(())
}

/// Folds what an append brings once that is over.
pub(super) struct FoldsApart;

impl Bug for FoldsApart {
    fn append_inline<'a>(
        &'a self,
        store: &'a dyn Store,
        batch: &'a [Commit],
        inline: &'a dyn Inline,
    ) -> StoreFuture<'a, Vec<Outcome>> {
        Box::pin(async move {
            let outcomes = store.append(batch).await?;
            sleep(DELAY).await;
            for projection in 0..inline.projections().len() {
                fold(store, inline, projection).await?;
            }
            Ok(outcomes)
        })
    }
}

/// Folds a page of what is not folded yet.
async fn fold(store: &dyn Store, inline: &dyn Inline, projection: usize) -> Result<(), StoreError> {
    let views = views(store)?;
    let which = inline.projections().get(projection);
    let generations = views.generations().await?;
    let ready = generations.iter().rfind(|each| {
        let of_it = which.is_some_and(|which| each.declaration.projection == which.projection);
        of_it && each.stage == Stage::Ready
    });
    let Some(ready) = ready else {
        return Ok(());
    };
    let page = store.read_log(ready.position, PageLimit::default()).await?;
    if page.events.is_empty() {
        return Ok(());
    }
    let begun = inline.begin(projection, page.events)?;
    let documents = views.documents(ready.id, begun.keys()).await?;
    let batch = ViewBatch {
        generation: ready.id,
        token: ready.token,
        from: ready.position,
        ..begun.fold(documents)?
    };
    views.write(&batch).await?;
    Ok(())
}
