//! Read models: what of the database is their own.

mod ask;
mod batch;
mod claim;
mod documents;
mod fault;
mod generation;
pub(super) mod inline;
mod parked;
mod retire;
mod span;
mod tables;
mod texts;
mod writer;

use std::sync::Arc;
use std::time::Duration;

use sqlx::Postgres;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgRow};
use sqlx::query::Query;
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::store::tables::TableStore;
use crate::store::views::{
    Answered, Control, Declaration, Fault, Generation, IndexRange, ParkedEvent, Request, ViewBatch,
    ViewPage, ViewQuery, ViewStore, Which,
};
use crate::store::{StoreError, StoreFuture};
use crate::time::Timestamp;

use super::lanes::{Lane, Lanes};
use super::names::Names;
use super::reader::Reader;
use tables::Spare;
use texts::Texts;
use writer::Writer;

/// Documents are written on a connection of their own. What is asked, and what must be durable at once, goes over those
/// that read. Tables of the user's own have others, as their transactions take longer.
pub(super) struct Views {
    lanes: Arc<Lanes>,
    reader: Arc<Reader>,
    writer: Mutex<Writer>,
    tables: Spare,
    options: PgConnectOptions,
    patience: Duration,
    texts: Texts,
}

impl Views {
    pub(super) fn new(
        lanes: Arc<Lanes>,
        reader: &Arc<Reader>,
        options: PgConnectOptions,
        names: &Names,
        patience: Duration,
    ) -> Self {
        Self {
            lanes,
            reader: Arc::clone(reader),
            writer: Mutex::new(Writer::new(options.clone(), patience)),
            tables: Spare::new(),
            options,
            patience,
            texts: Texts::new(names),
        }
    }

    pub(super) async fn close(&self) -> Result<(), StoreError> {
        self.tables.close().await;
        self.writer.lock().await.close().await
    }

    /// Runs a statement that changes a row or none, and reads what it gives of it.
    async fn change<T>(
        &self,
        query: Query<'_, Postgres, PgArguments>,
        read: impl Fn(&PgRow) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut lane = self.lanes.take().await?;
        let rows = self.lanes.run(&mut lane, query).await?;
        self.lanes.give_back(lane);
        rows.first().map(read).transpose()
    }

    /// Begins a transaction, which ends with the connection unless it is committed.
    async fn begin(&self) -> Result<Lane<'_>, StoreError> {
        let mut lane = self.lanes.take().await?;
        self.lanes.run(&mut lane, sqlx::query("BEGIN")).await?;
        Ok(lane)
    }

    async fn commit(&self, mut lane: Lane<'_>) -> Result<(), StoreError> {
        self.lanes.run(&mut lane, sqlx::query("COMMIT")).await?;
        self.lanes.give_back(lane);
        Ok(())
    }
}

impl ViewStore for Views {
    fn head(&self) -> StoreFuture<'_, u64> {
        Box::pin(self.log_head())
    }

    fn now(&self) -> StoreFuture<'_, Option<Timestamp>> {
        Box::pin(self.server_time())
    }

    fn declare<'a>(&'a self, declaration: &'a Declaration) -> StoreFuture<'a, Generation> {
        Box::pin(self.find_or_make(&self.texts.newest, declaration))
    }

    fn rebuild<'a>(&'a self, declaration: &'a Declaration) -> StoreFuture<'a, Generation> {
        Box::pin(self.find_or_make(&self.texts.building, declaration))
    }

    fn generations(&self) -> StoreFuture<'_, Vec<Generation>> {
        Box::pin(self.all_generations())
    }

    fn claim<'a>(
        &'a self,
        generation: u64,
        owner: Uuid,
        lease: Duration,
    ) -> StoreFuture<'a, Option<Generation>> {
        Box::pin(self.take_claim(generation, owner, lease))
    }

    fn renew<'a>(
        &'a self,
        generation: u64,
        token: u64,
        lease: Duration,
    ) -> StoreFuture<'a, Option<Generation>> {
        Box::pin(self.extend_claim(generation, token, lease))
    }

    fn release(&self, generation: u64, token: u64) -> StoreFuture<'_, ()> {
        Box::pin(self.end_claim(generation, token))
    }

    fn documents<'a>(
        &'a self,
        generation: u64,
        keys: &'a [String],
    ) -> StoreFuture<'a, Vec<Option<String>>> {
        Box::pin(self.read_documents(generation, keys))
    }

    fn write<'a>(&'a self, batch: &'a ViewBatch) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let mut writer = self.writer.lock().await;
            writer.write(self.texts.write.clone(), batch).await
        })
    }

    fn finish(&self, generation: u64, token: u64) -> StoreFuture<'_, bool> {
        Box::pin(self.switch_to(generation, token))
    }

    fn set_fault<'a>(
        &'a self,
        generation: u64,
        token: u64,
        fault: Option<&'a Fault>,
    ) -> StoreFuture<'a, bool> {
        Box::pin(self.record_fault(generation, token, fault))
    }

    fn control(&self, generation: u64, control: Control) -> StoreFuture<'_, bool> {
        Box::pin(self.steer(generation, control))
    }

    fn sweep(&self, generation: u64, documents: u32) -> StoreFuture<'_, bool> {
        Box::pin(self.delete_some(generation, documents))
    }

    fn view<'a>(
        &'a self,
        which: &'a Which,
        key: &'a str,
    ) -> StoreFuture<'a, Option<Answered<Option<String>>>> {
        Box::pin(self.one(which, key))
    }

    fn page<'a>(
        &'a self,
        which: &'a Which,
        query: &'a ViewQuery,
    ) -> StoreFuture<'a, Option<Answered<ViewPage>>> {
        Box::pin(self.page(which, query))
    }

    fn count<'a>(
        &'a self,
        which: &'a Which,
        range: Option<&'a IndexRange>,
    ) -> StoreFuture<'a, Option<Answered<u64>>> {
        Box::pin(self.number(which, range))
    }

    fn parked<'a>(
        &'a self,
        generation: u64,
        after: Option<(&'a str, u64)>,
        limit: u32,
    ) -> StoreFuture<'a, Vec<ParkedEvent>> {
        Box::pin(self.list_parked(generation, after, limit))
    }

    fn request<'a>(
        &'a self,
        generation: u64,
        key: &'a str,
        request: Request,
    ) -> StoreFuture<'a, bool> {
        Box::pin(self.ask_for(generation, key, request))
    }

    fn tables(&self) -> Option<&dyn TableStore> {
        Some(self)
    }
}
