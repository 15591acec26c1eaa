//! Owners that do not learn that they are none any more.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use gesta::store::views::{Generation, Stage, ViewBatch, ViewStore};
use gesta::store::{StoreError, StoreFuture};

use super::Bug;

/// Takes an old token for the last one.
pub(super) struct Unfenced;

impl Bug for Unfenced {
    fn renew<'a>(
        &'a self,
        views: &'a dyn ViewStore,
        generation: u64,
        token: u64,
        lease: Duration,
    ) -> StoreFuture<'a, Option<Generation>> {
        Box::pin(async move {
            match views.renew(generation, token, lease).await? {
                Some(renewed) => Ok(Some(renewed)),
                None => find(views, generation).await,
            }
        })
    }

    fn write<'a>(
        &'a self,
        views: &'a dyn ViewStore,
        batch: &'a ViewBatch,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let mut batch = batch.clone();
            while !views.write(&batch).await? {
                // Under whatever token there is, from wherever it is.
                let Some(now) = find(views, batch.generation).await? else {
                    return Ok(false);
                };
                (batch.token, batch.from) = (now.token, now.position);
            }
            Ok(true)
        })
    }
}

async fn find(views: &dyn ViewStore, generation: u64) -> Result<Option<Generation>, StoreError> {
    let mut all = views.generations().await?.into_iter();
    Ok(all.find(|each| each.id == generation && each.stage != Stage::Dropped))
}

/// Gives the documents as this process wrote or read them last, whoever has held them since.
#[derive(Default)]
pub(super) struct StaleDocuments(Mutex<Documents>);

type Documents = HashMap<(u64, String), Option<String>>;

impl StaleDocuments {
    fn known(&self) -> MutexGuard<'_, Documents> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Bug for StaleDocuments {
    fn documents<'a>(
        &'a self,
        views: &'a dyn ViewStore,
        generation: u64,
        keys: &'a [String],
    ) -> StoreFuture<'a, Vec<Option<String>>> {
        Box::pin(async move {
            let read = views.documents(generation, keys).await?;
            let mut known = self.known();
            let documents = keys.iter().zip(read).map(|(key, read)| {
                let known = known.entry((generation, key.clone()));
                known.or_insert(read).clone()
            });
            Ok(documents.collect())
        })
    }

    fn write<'a>(
        &'a self,
        views: &'a dyn ViewStore,
        batch: &'a ViewBatch,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let written = views.write(batch).await?;
            let mut known = self.known();
            for (key, document) in &batch.upserts {
                known.insert((batch.generation, key.clone()), Some(document.clone()));
            }
            for key in &batch.deletes {
                known.insert((batch.generation, key.clone()), None);
            }
            Ok(written)
        })
    }
}
