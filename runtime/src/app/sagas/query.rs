//! Finding sagas in their read model.

use std::future::{Future, IntoFuture};
use std::ops::Bound;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::SagaSummary;
use crate::dispatch::Core;
use crate::projection::IndexValue;
use crate::saga::{Progress, STATUS, Saga, SagaError, SagaRoot, SagaStatus, Sagas};
use crate::store::StoreError;
use crate::store::views::{Cursor, IndexRange, ViewQuery, Which, unsupported};

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
    limit: usize,
}

impl SagaQuery {
    pub(super) fn new(core: &Arc<Core>, sagas: &Arc<Sagas>) -> Self {
        Self {
            core: Arc::clone(core),
            sagas: Arc::clone(sagas),
            saga: None,
            status: None,
            age: None,
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

    /// Those that were started at least so long ago.
    pub fn older_than(mut self, age: Duration) -> Self {
        self.age = Some(age);
        self
    }

    /// At most so many; a hundred unless somebody says otherwise.
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    async fn ask(self) -> Result<Vec<SagaSummary>, SagaError> {
        let mut found = Vec::new();
        let kinds = self.sagas.kinds.iter().map(|kind| &kind.rows);
        for rows in kinds.filter(|rows| self.saga.is_none_or(|saga| saga == rows.projection)) {
            self.find(rows, &mut found).await?;
        }
        Ok(found)
    }

    async fn find(&self, rows: &Which, found: &mut Vec<SagaSummary>) -> Result<(), SagaError> {
        let views = self.core.store.views().ok_or_else(unsupported)?;
        let until = self.age.map(|age| self.core.clock.now() - age);
        let mut after = None;
        while found.len() < self.limit {
            let answered = views.page(rows, &self.query(after)).await?;
            let page = answered.map(|answered| answered.answer).unwrap_or_default();
            for (id, json) in page.documents {
                let progress: Progress =
                    serde_json::from_str(&json).map_err(|error| SagaError::Unreadable {
                        id: id.clone(),
                        error: error.to_string(),
                    })?;
                if until.is_none_or(|until| progress.started <= until) && found.len() < self.limit {
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

    fn query(&self, after: Option<Cursor>) -> ViewQuery {
        let range = self.status.map(|status| {
            let mut value = Vec::new();
            status.as_str().write(&mut value);
            IndexRange {
                index: STATUS,
                from: Bound::Included(value.clone()),
                to: Bound::Included(value),
            }
        });
        ViewQuery {
            range,
            after,
            reverse: false,
            limit: PAGE,
        }
    }
}

impl IntoFuture for SagaQuery {
    type Output = Result<Vec<SagaSummary>, SagaError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let runtime = self.core.runtime.clone();
            let asking = runtime.spawn(self.ask());
            asking
                .await
                .unwrap_or_else(|gone| Err(StoreError::unavailable(gone).into()))
        })
    }
}
