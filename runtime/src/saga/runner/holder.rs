//! What the one who holds the sagas does: it takes their events, and writes down how far.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::delivering::{deliver, route};
use super::{Runner, Stopped};
use crate::feed::Batch;
use crate::saga::Saga;
use crate::saga::instance::Input;
use crate::store::views::{Generation, ViewBatch};

/// How often is written down how far the log was taken, at most.
const REST: Duration = Duration::from_millis(50);
/// How often deadlines are looked for in the store.
const SWEEP: Duration = Duration::from_secs(20);

pub(super) struct Holder<'a, S: Saga> {
    runner: &'a Runner<S>,
    state: Generation,
    /// Events up to here are taken.
    position: u64,
    /// And up to here that is written down.
    written: u64,
    wrote: Instant,
}

impl<'a, S: Saga> Holder<'a, S> {
    pub(super) fn new(runner: &'a Runner<S>, claimed: Generation) -> Self {
        Self {
            runner,
            position: claimed.position,
            written: claimed.position,
            wrote: Instant::now(),
            state: claimed,
        }
    }

    pub(super) async fn hold(&mut self) -> Stopped {
        match self.work().await {
            Ok(never) => match never {},
            Err(stopped) => stopped,
        }
    }

    async fn work(&mut self) -> Result<Infallible, Stopped> {
        let engine = &self.runner.engine;
        engine.clock.set(self.runner.views()?).await?;
        self.runner.know_all().await?;
        if self.state.fault.is_some() {
            self.runner
                .tell(self.state.id, self.state.token, None)
                .await;
        }
        // The first time at once: it goes on with what another process left.
        let mut sweep = tokio::time::interval(SWEEP);
        loop {
            engine.shared.publish(self.state.id, self.position);
            let is_dirty = self.written < self.position;
            tokio::select! {
                batch = engine.shared.feed.next(self.position) => self.take(&batch?).await?,
                () = tokio::time::sleep(REST.saturating_sub(self.wrote.elapsed())), if is_dirty => self.write().await?,
                _ = sweep.tick() => self.runner.sweep().await?,
            }
            if self.wrote.elapsed() >= REST {
                self.write().await?;
            }
        }
    }

    async fn write(&mut self) -> Result<(), Stopped> {
        self.wrote = Instant::now();
        if self.written == self.position {
            return Ok(());
        }
        let batch = ViewBatch {
            generation: self.state.id,
            token: self.state.token,
            from: self.written,
            to: self.position,
            ..ViewBatch::default()
        };
        if !self.runner.views()?.write(&batch).await? {
            return Err(Stopped::Lost);
        }
        self.written = self.position;
        Ok(())
    }

    /// Gives each event of a batch to its saga: those of one saga in their order, those of several at once.
    async fn take(&mut self, batch: &Arc<Batch>) -> Result<(), Stopped> {
        let (engine, definition) = (&self.runner.engine, &self.runner.engine.definition);
        let mut by_saga: HashMap<String, Vec<Input>> = HashMap::new();
        let mut until = batch.last;
        let mut trouble = None;
        for (index, delivery) in batch.events.iter().enumerate() {
            let position = delivery.recorded.position;
            if position <= self.position {
                continue;
            }
            if let Err(error) = route(definition, batch, index, &mut by_saga) {
                until = position - 1;
                trouble = Some(Stopped::At { position, error });
                break;
            }
        }
        let (told, mut telling) = mpsc::channel(1);
        for (id, inputs) in by_saga {
            let delivering = deliver(Arc::clone(engine), id, inputs, told.clone());
            engine.beside(delivering).await;
        }
        drop(told);
        if let Some(stopped) = telling.recv().await {
            return Err(stopped);
        }
        self.position = until;
        trouble.map_or(Ok(()), Err)
    }
}
