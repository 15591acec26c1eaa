//! Read models.

mod claim;
mod documents;
mod generation;
mod inline;
mod parked;
#[cfg(test)]
mod plans;
mod query;
mod retire;
mod tables;
mod write;

use std::time::Duration;

use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::store::tables::TableStore;
use crate::store::views::{
    Answered, Control, Declaration, Fault, Generation, IndexRange, ParkedEvent, Request, Stage,
    ViewBatch, ViewPage, ViewQuery, ViewStore, Which,
};
use crate::store::{StoreError, StoreFuture};

use super::script::Script;
use super::{SqliteStore, error, read};
pub(super) use inline::fold;
pub(super) use tables::Tables;
pub(super) use write::write;

impl SqliteStore {
    /// Writes between appends of this process, which would else find the file locked.
    async fn change(&self, script: Script) -> Result<Vec<SqliteRow>, StoreError> {
        self.writer.lock().await.change(script).await
    }

    /// Whether it changed anything; its last statement gives a row if it did.
    async fn changes(&self, script: Script) -> Result<bool, StoreError> {
        Ok(!self.change(script).await?.is_empty())
    }

    async fn ask(&self, script: Script) -> Result<Vec<SqliteRow>, StoreError> {
        let mut reader = self.readers.acquire().await.map_err(error::of)?;
        script.run(&mut reader).await.map_err(error::of)
    }
}

impl ViewStore for SqliteStore {
    fn head(&self) -> StoreFuture<'_, u64> {
        Box::pin(async move {
            let mut reader = self.readers.acquire().await.map_err(error::of)?;
            read::end(&mut reader).await
        })
    }

    fn declare<'a>(&'a self, declaration: &'a Declaration) -> StoreFuture<'a, Generation> {
        Box::pin(async move {
            let script = generation::newest_or_new(declaration, Stage::Ready)?;
            generation::the_one(&self.change(script).await?)
        })
    }

    fn rebuild<'a>(&'a self, declaration: &'a Declaration) -> StoreFuture<'a, Generation> {
        Box::pin(async move {
            let script = generation::newest_or_new(declaration, Stage::Building)?;
            generation::the_one(&self.change(script).await?)
        })
    }

    fn generations(&self) -> StoreFuture<'_, Vec<Generation>> {
        Box::pin(async move {
            let rows = self.ask(generation::all()).await?;
            rows.iter().map(generation::generation).collect()
        })
    }

    fn claim<'a>(
        &'a self,
        generation: u64,
        owner: Uuid,
        lease: Duration,
    ) -> StoreFuture<'a, Option<Generation>> {
        Box::pin(async move {
            let rows = self.change(claim::claim(generation, owner, lease)?).await?;
            rows.first().map(generation::generation).transpose()
        })
    }

    fn renew<'a>(
        &'a self,
        generation: u64,
        token: u64,
        lease: Duration,
    ) -> StoreFuture<'a, Option<Generation>> {
        Box::pin(async move {
            let rows = self.change(claim::renew(generation, token, lease)?).await?;
            rows.first().map(generation::generation).transpose()
        })
    }

    fn release(&self, generation: u64, token: u64) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            self.change(claim::release(generation, token)?).await?;
            Ok(())
        })
    }

    fn documents<'a>(
        &'a self,
        generation: u64,
        keys: &'a [String],
    ) -> StoreFuture<'a, Vec<Option<String>>> {
        Box::pin(async move {
            let rows = self.ask(documents::of(generation, keys)?).await?;
            documents::in_order(&rows, keys.len())
        })
    }

    fn write<'a>(&'a self, batch: &'a ViewBatch) -> StoreFuture<'a, bool> {
        Box::pin(async move { self.writer.lock().await.fold(batch).await })
    }

    fn finish(&self, generation: u64, token: u64) -> StoreFuture<'_, bool> {
        Box::pin(async move { self.changes(generation::finish(generation, token)?).await })
    }

    fn set_fault<'a>(
        &'a self,
        generation: u64,
        token: u64,
        fault: Option<&'a Fault>,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let script = claim::set_fault(generation, token, fault)?;
            self.changes(script).await
        })
    }

    fn control(&self, generation: u64, control: Control) -> StoreFuture<'_, bool> {
        Box::pin(async move { self.changes(retire::control(generation, control)?).await })
    }

    fn sweep(&self, generation: u64, documents: u32) -> StoreFuture<'_, bool> {
        Box::pin(async move {
            let left = self.changes(retire::sweep(generation, documents)?).await?;
            Ok(!left)
        })
    }

    fn view<'a>(
        &'a self,
        which: &'a Which,
        key: &'a str,
    ) -> StoreFuture<'a, Option<Answered<Option<String>>>> {
        Box::pin(async move { query::document(&self.ask(query::view(which, key)?).await?) })
    }

    fn page<'a>(
        &'a self,
        which: &'a Which,
        query: &'a ViewQuery,
    ) -> StoreFuture<'a, Option<Answered<ViewPage>>> {
        Box::pin(async move {
            let rows = self.ask(query::page(which, query)?).await?;
            query::paged(&rows, query)
        })
    }

    fn count<'a>(
        &'a self,
        which: &'a Which,
        range: Option<&'a IndexRange>,
    ) -> StoreFuture<'a, Option<Answered<u64>>> {
        Box::pin(async move { query::counted(&self.ask(query::count(which, range)?).await?) })
    }

    fn parked<'a>(
        &'a self,
        generation: u64,
        after: Option<(&'a str, u64)>,
        limit: u32,
    ) -> StoreFuture<'a, Vec<ParkedEvent>> {
        Box::pin(async move {
            let rows = self.ask(parked::page(generation, after, limit)?).await?;
            rows.iter().map(parked::event).collect()
        })
    }

    fn request<'a>(
        &'a self,
        generation: u64,
        key: &'a str,
        request: Request,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let script = parked::request(generation, key, request)?;
            self.changes(script).await
        })
    }

    fn tables(&self) -> Option<&dyn TableStore> {
        Some(self)
    }
}
