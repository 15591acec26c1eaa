//! A projection that is kept in memory, and the process that folds it: without a runtime.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use uuid::Uuid;

use super::shown::Shown;
use crate::feed::{Batch, said};
use crate::projection::{Fold, FoldError};
use crate::store::views::{
    Declaration, Fault, Generation, IndexRange, ViewBatch, ViewQuery, ViewStore, Which,
};
use crate::store::{MemoryStore, StoreError};

/// Far longer than a test.
const LEASE: Duration = Duration::from_secs(86_400);

/// What is stored of a projection, and who folds it.
pub(super) struct Kept {
    store: MemoryStore,
    generation: Generation,
    /// Keys and JSON.
    pub(super) documents: BTreeMap<String, String>,
    /// The event that it does not take.
    pub(super) fault: Option<Fault>,
}

impl Kept {
    pub(super) fn new(declaration: &Declaration) -> Result<Self, String> {
        let store = MemoryStore::new();
        let mut kept = Self {
            generation: now(store.declare(declaration))?,
            store,
            documents: BTreeMap::new(),
            fault: None,
        };
        kept.claim()?;
        let Generation { id, token, .. } = kept.generation;
        now(kept.store.finish(id, token))?;
        Ok(kept)
    }

    /// What a process does before it folds: what others had begun is written no more.
    pub(super) fn claim(&mut self) -> Result<(), String> {
        let claimed = self.store.claim(self.generation.id, Uuid::nil(), LEASE);
        self.generation = now(claimed)?.ok_or("the projection cannot be claimed")?;
        Ok(())
    }

    /// Folds the events that are not written yet, and writes nothing. `false` if one is not taken.
    pub(super) fn fold(
        &mut self,
        folder: &mut dyn Fold,
        batch: &Arc<Batch>,
        to: u64,
    ) -> Result<bool, String> {
        let Generation { id, position, .. } = self.generation;
        let folded = ready(folder.fold(&self.store, id, batch, (position, to)))?;
        self.is_taken(folded)
    }

    /// Folds the events that are not written yet, and writes all. `None` if one is not taken.
    pub(super) fn take(
        &mut self,
        folder: &mut dyn Fold,
        batch: &Arc<Batch>,
        to: u64,
    ) -> Result<Option<ViewBatch>, String> {
        let mut written = ViewBatch {
            generation: self.generation.id,
            token: self.generation.token,
            from: self.generation.position,
            to,
            ..ViewBatch::default()
        };
        if !self.fold(folder, batch, to)? {
            return Ok(None);
        }
        let added = ready(folder.write(&mut written))?;
        if !self.is_taken(added)? {
            return Ok(None);
        }
        if !now(self.store.write(&written))? {
            return Err("the documents cannot be written".to_owned());
        }
        self.generation.position = to;
        Ok(Some(written))
    }

    fn is_taken(&mut self, folded: Result<(), FoldError>) -> Result<bool, String> {
        match folded {
            Ok(()) => Ok(true),
            Err(FoldError::Trouble(trouble)) => {
                self.fault = Some(Fault {
                    position: trouble.position,
                    error: trouble.error,
                });
                Ok(false)
            }
            Err(FoldError::Store(error)) => Err(said(&error)),
        }
    }

    pub(super) fn read_documents(&mut self) -> Result<(), String> {
        self.documents = self.query(None)?.into_iter().collect();
        Ok(())
    }

    /// Keys and JSON of all documents, or of those in a range of an index.
    pub(super) fn query(&self, range: Option<IndexRange>) -> Result<Vec<(String, String)>, String> {
        let declaration = &self.generation.declaration;
        let which = Which {
            projection: declaration.projection.clone(),
            version: declaration.version,
        };
        let query = ViewQuery {
            range,
            after: None,
            reverse: false,
            limit: u32::MAX,
        };
        let found = now(self.store.page(&which, &query))?;
        Ok(found
            .ok_or("the projection does not answer")?
            .answer
            .documents)
    }

    /// The document, or that there is none.
    pub(super) fn shown(&self, key: &str) -> Shown {
        match self.documents.get(key) {
            Some(json) => Shown::document(&self.generation.declaration.projection, json),
            None => Shown::words("no document"),
        }
    }
}

fn now<T>(future: impl Future<Output = Result<T, StoreError>>) -> Result<T, String> {
    ready(future)?.map_err(|error| said(&error))
}

/// What a future gives that waits for nothing, as all is in memory.
fn ready<T>(future: impl Future<Output = T>) -> Result<T, String> {
    let polled = pin!(future).poll(&mut Context::from_waker(Waker::noop()));
    match polled {
        Poll::Ready(output) => Ok(output),
        Poll::Pending => Err("the projection waits for something".to_owned()),
    }
}
