//! Which sagas are to be gone on with, by their rows in the store.

use std::sync::Arc;
use std::time::Duration;

use tracing::warn;

use super::delivering::deferred;
use super::{Runner, Stopped, rows};
use crate::projection::asked;
use crate::saga::engine::Halt;
use crate::saga::row::{due_until, of_status};
use crate::saga::{Saga, SagaRoot, SagaStatus};
use crate::store::StoreError;
use crate::store::views::{Cursor, IndexRange, ViewQuery};

/// How far ahead deadlines are looked for: beyond the next time that somebody looks.
const AHEAD: Duration = Duration::from_secs(60);
/// How many sagas are read at once.
const PAGE: u32 = 500;

impl<S: Saga> Runner<S> {
    /// Waits until what another process left is found by its rows.
    pub(super) async fn know_all(&self) -> Result<(), Stopped> {
        let head = self.views()?.head().await?;
        while !self.rows_have(head).await? {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }

    async fn rows_have(&self, position: u64) -> Result<bool, StoreError> {
        let generations = self.engine.shared.look_soon().await?;
        let asked = asked(&generations, &rows::<S>());
        Ok(asked.is_some_and(|asked| asked.position >= position))
    }

    /// Takes the deadlines of the next time out of the store, and what nobody drives.
    pub(super) async fn sweep(&self) -> Result<(), Stopped> {
        let engine = &self.engine;
        engine.clock.set(self.views()?).await?;
        // One that lost the lease may have moved a saga since, and died.
        self.resume_all().await?;
        let mut pages = Pages::of(due_until(engine.clock.now() + AHEAD));
        while let Some(ids) = pages.next(self).await? {
            let now = engine.clock.now();
            // Whether that is still so, the saga knows.
            ids.iter().for_each(|id| engine.timers.look_at(id, now));
        }
        Ok(())
    }

    /// Goes on with all that are under way, and that nobody here drives.
    async fn resume_all(&self) -> Result<(), StoreError> {
        let driven = self.engine.driven();
        for status in [SagaStatus::Running, SagaStatus::Compensating] {
            let mut pages = Pages::of(of_status(status));
            while let Some(ids) = pages.next(self).await? {
                for id in ids.into_iter().filter(|id| !driven.contains(id)) {
                    self.resume(id).await;
                }
            }
        }
        Ok(())
    }

    async fn resume(&self, id: String) {
        let engine = Arc::clone(&self.engine);
        let resuming = async move {
            if let Err(Halt::Saga(error)) = engine.resume(&id).await {
                warn!(saga = <S as SagaRoot>::NAME, id, %error, "a saga does not go on");
            }
            let _ = deferred(&engine, &id).await;
        };
        self.engine.beside(resuming).await;
    }
}

/// The ids of the sagas of a range, a page at a time.
struct Pages {
    query: Option<ViewQuery>,
}

impl Pages {
    fn of(range: IndexRange) -> Self {
        Self {
            query: Some(ViewQuery {
                range: Some(range),
                after: None,
                reverse: false,
                limit: PAGE,
            }),
        }
    }

    async fn next<S: Saga>(&mut self, of: &Runner<S>) -> Result<Option<Vec<String>>, StoreError> {
        let Some(query) = &self.query else {
            return Ok(None);
        };
        let answered = of.views()?.page(&rows::<S>(), query).await?;
        let page = answered.map(|answered| answered.answer).unwrap_or_default();
        self.go_on(page.next);
        Ok(Some(page.documents.into_iter().map(|(id, _)| id).collect()))
    }

    fn go_on(&mut self, after: Option<Cursor>) {
        self.query = self.query.take().filter(|_| after.is_some());
        if let Some(query) = &mut self.query {
            query.after = after;
        }
    }
}
