//! Finding sagas in their read model.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::SagaSummary;
use crate::dispatch::Core;
use crate::saga::{Progress, Saga, SagaError, SagaRoot, SagaStatus, Sagas, of_status, place};
use crate::store::StoreError;
use crate::store::views::{Cursor, ViewQuery, Which, unsupported};

/// How many sagas are told of unless somebody says otherwise.
const LIMIT: usize = 100;
/// How many are read at once.
const PAGE: u32 = 200;

/// Which sagas there are: await it, or say which before.
#[must_use = "nothing is asked before it is awaited"]
pub struct SagaQuery {
    core: Arc<Core>,
    sagas: Arc<Sagas>,
    saga: Option<&'static str>,
    status: Option<SagaStatus>,
    age: Option<Duration>,
    after: Option<SagaCursor>,
    limit: usize,
}

/// Some sagas, and where the next page begins.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SagaPage {
    /// The sagas: those of one type after those of another, each in the order of the ids.
    pub sagas: Vec<SagaSummary>,
    /// Where the next page begins; `None` if this is the last.
    pub next: Option<SagaCursor>,
}

/// Where a page of sagas begins. For the query that gave it, and no other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SagaCursor {
    saga: String,
    id: String,
}

impl SagaQuery {
    pub(super) fn new(core: &Arc<Core>, sagas: &Arc<Sagas>) -> Self {
        Self {
            core: Arc::clone(core),
            sagas: Arc::clone(sagas),
            saga: None,
            status: None,
            age: None,
            after: None,
            limit: LIMIT,
        }
    }

    /// Those of this type.
    pub fn of<S: Saga>(mut self) -> Self {
        self.saga = Some(<S as SagaRoot>::NAME);
        self
    }

    /// Those that do this.
    pub fn status(mut self, status: SagaStatus) -> Self {
        self.status = Some(status);
        self
    }

    /// Those that were started at least so long ago. They have no index: all that are asked for else are read.
    pub fn older_than(mut self, age: Duration) -> Self {
        self.age = Some(age);
        self
    }

    /// At most so many; a hundred unless somebody says otherwise.
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// The page that follows another.
    ///
    /// ```
    /// # use gesta::{App, SagaStatus};
    /// # async fn example(bank: &App) -> Result<(), gesta::SagaError> {
    /// let stuck = || bank.sagas().status(SagaStatus::Stuck).limit(20);
    /// let mut page = stuck().page().await?;
    /// while let Some(next) = page.next {
    ///     page = stuck().after(next).page().await?;
    /// }
    /// # Ok(()) }
    /// ```
    pub fn after(mut self, cursor: SagaCursor) -> Self {
        self.after = Some(cursor);
        self
    }

    /// Finds so many as the limit says, and tells where the next page begins.
    ///
    /// Each saga that is the same all the time is on one page. One that changes meanwhile may be on two, or on none: what
    /// was waiting and has ended is no longer found among those that wait. Dropping the future is safe.
    ///
    /// # Errors
    /// [`SagaError::Store`] if the read model cannot be read, [`SagaError::Unreadable`] if a saga in it cannot, and
    /// [`SagaError::Unregistered`] if those of a type are asked for that the app does not have.
    pub async fn page(self) -> Result<SagaPage, SagaError> {
        let limit = self.limit;
        // One more tells whether this is the last page.
        let mut sagas = self.asked(limit.saturating_add(1)).await?;
        let is_last = sagas.len() <= limit;
        sagas.truncate(limit);
        let last = sagas.last().filter(|_| !is_last);
        let next = last.map(|last| SagaCursor {
            saga: last.saga.clone(),
            id: last.id.clone(),
        });
        Ok(SagaPage { sagas, next })
    }

    /// Asks in a task of its own: whoever drops the future does not stop SQL half way.
    async fn asked(self, most: usize) -> Result<Vec<SagaSummary>, SagaError> {
        let runtime = self.core.runtime.clone();
        let asking = runtime.spawn(self.ask(most));
        asking
            .await
            .unwrap_or_else(|gone| Err(StoreError::unavailable(gone).into()))
    }

    async fn ask(self, most: usize) -> Result<Vec<SagaSummary>, SagaError> {
        let mut found = Vec::new();
        let kinds = self.kinds();
        if let (Some(saga), true) = (self.saga, kinds.is_empty()) {
            return Err(SagaError::Unregistered { saga });
        }
        for rows in kinds
            .into_iter()
            .skip_while(|rows| self.is_before_the_page(rows))
        {
            self.find(rows, most, &mut found).await?;
        }
        Ok(found)
    }

    /// Those that are asked for.
    fn kinds(&self) -> Vec<&Which> {
        let kinds = self.sagas.kinds.iter().map(|kind| &kind.rows);
        kinds
            .filter(|rows| self.saga.is_none_or(|saga| saga == rows.projection))
            .collect()
    }

    fn is_before_the_page(&self, rows: &Which) -> bool {
        let after = self.after.as_ref();
        after.is_some_and(|after| after.saga != rows.projection)
    }

    async fn find(
        &self,
        rows: &Which,
        most: usize,
        found: &mut Vec<SagaSummary>,
    ) -> Result<(), SagaError> {
        let views = self.core.store.views().ok_or_else(unsupported)?;
        let until = self.age.map(|age| self.core.clock.now() - age);
        let after = self.after.as_ref();
        let after = after.filter(|after| after.saga == rows.projection);
        let mut after = after.map(|after| place(self.status, &after.id));
        while found.len() < most {
            let query = self.query(after, most - found.len());
            let answered = views.page(rows, &query).await?;
            let page = answered.map(|answered| answered.answer).unwrap_or_default();
            for (id, json) in page.documents {
                let progress: Progress =
                    serde_json::from_str(&json).map_err(|error| SagaError::Unreadable {
                        id: id.clone(),
                        error: error.to_string(),
                    })?;
                if until.is_none_or(|until| progress.started <= until) && found.len() < most {
                    found.push(SagaSummary::new(&rows.projection, id, &progress));
                }
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn query(&self, after: Option<Cursor>, missing: usize) -> ViewQuery {
        // Of those that are read, some are too young.
        let limit = match self.age {
            Some(_) => PAGE,
            None => u32::try_from(missing).map_or(PAGE, |missing| missing.min(PAGE)),
        };
        ViewQuery {
            range: self.status.map(of_status),
            after,
            reverse: false,
            limit,
        }
    }
}

impl IntoFuture for SagaQuery {
    type Output = Result<Vec<SagaSummary>, SagaError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let limit = self.limit;
        Box::pin(self.asked(limit))
    }
}
