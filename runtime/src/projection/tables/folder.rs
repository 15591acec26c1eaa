//! Handing events to the handlers of tables, in transactions of the store.

use std::collections::HashSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::super::fold::{Fold, FoldError, Folding};
use super::super::route::Trouble;
use super::guard::{caught, in_time};
use super::{TableHandler, Tabled};
use crate::event::EventObject;
use crate::feed::{Batch, Decoded, Delivery, said};
use crate::source::Subscriptions;
use crate::store::StoreError;
use crate::store::tables::{Sql, SqlError, SqlFuture, TableError, TableTurn, TableWork};
use crate::store::views::{ViewBatch, ViewStore, unsupported};

/// How long a transaction takes, or about that: whoever appends to an SQLite file waits for it.
const TURN: Duration = Duration::from_millis(20);
/// How long one handler may take.
const LIMIT: Duration = Duration::from_secs(10);

/// An event that a handler takes: which delivery of the batch, and which of the events that it is today.
type Step = (usize, usize);

/// What is to be handed on of a generation.
pub(in super::super) struct TableFolder<P: Tabled> {
    subscriptions: Arc<Subscriptions<P>>,
    batch: Option<Arc<Batch>>,
    steps: Vec<Step>,
    /// Whether each event has a transaction of its own, since one of several was not committed.
    is_careful: bool,
}

impl<P: Tabled> TableFolder<P> {
    pub(in super::super) fn new(subscriptions: Arc<Subscriptions<P>>) -> Self {
        Self {
            subscriptions,
            batch: None,
            steps: Vec::new(),
            is_careful: false,
        }
    }

    fn handler(&self, delivery: &Delivery, event: &dyn EventObject) -> Option<&TableHandler> {
        let aggregate = delivery.recorded.stream.aggregate();
        let handler = self
            .subscriptions
            .handler(aggregate, event.as_any().type_id());
        handler.filter(|handler| handler.run.is_some())
    }

    /// Takes note of what of a delivery is to be handed on.
    fn collect(&mut self, index: usize, delivery: &Delivery) -> Result<(), Trouble> {
        let events = match &delivery.decoded {
            Decoded::Events(events) => events.as_slice(),
            Decoded::Foreign => return Ok(()),
            Decoded::Unreadable { name, error } => {
                let aggregate = delivery.recorded.stream.aggregate();
                return match self.subscriptions.may_want(aggregate, name) {
                    true => Err(Trouble::new(delivery, None, error)),
                    false => Ok(()),
                };
            }
        };
        for (number, event) in events.iter().enumerate() {
            if self.handler(delivery, event.event()).is_some() {
                self.steps.push((index, number));
            }
        }
        Ok(())
    }

    fn delivery(&self, step: usize) -> Option<&Delivery> {
        let (index, _) = self.steps.get(step)?;
        self.batch.as_ref()?.events.get(*index)
    }

    /// `None` if there is nothing to hand on.
    fn start<'a>(&'a self, step: usize, sql: &'a mut Sql) -> Option<SqlFuture<'a>> {
        let (delivery, (_, number)) = (self.delivery(step)?, self.steps.get(step)?);
        let Decoded::Events(events) = &delivery.decoded else {
            return None;
        };
        let event = events.as_slice().get(*number)?.event();
        let run = self.handler(delivery, event)?.run.as_ref()?;
        Some(run(event, &delivery.recorded, sql))
    }

    async fn take(&self, step: usize, sql: &mut Sql) -> Result<(), SqlError> {
        match caught(|| self.start(step, sql))? {
            Some(running) => in_time(LIMIT, running).await,
            None => Ok(()),
        }
    }

    async fn transact(
        &mut self,
        views: &dyn ViewStore,
        batch: &ViewBatch,
    ) -> Result<Option<u64>, FoldError> {
        let tables = views.tables().ok_or_else(unsupported)?;
        let turn = TableTurn {
            generation: batch.generation,
            token: batch.token,
            position: batch.from,
        };
        let mut work = Work {
            folder: self,
            turn: batch,
            done: 0,
            at: None,
        };
        let written = tables.write(turn, &mut work).await;
        let (done, at) = (work.done, work.at);
        match written {
            Ok(reached) => {
                self.steps.drain(..done);
                Ok(reached)
            }
            Err(TableError::Store(StoreError::Failed(_))) if done > 1 => {
                self.is_careful = true;
                Ok(Some(batch.from))
            }
            Err(TableError::Store(StoreError::Failed(error))) => match at {
                Some(position) => Err(trouble(position, said(&*error))),
                None => Err(StoreError::Failed(error).into()),
            },
            Err(TableError::Store(error)) => Err(error.into()),
            Err(TableError::Work(error)) => Err(trouble(at.unwrap_or(batch.from), said(&*error))),
        }
    }
}

fn trouble(position: u64, error: String) -> FoldError {
    let key = None;
    FoldError::Trouble(Trouble {
        position,
        key,
        error,
    })
}

/// What is done in one transaction.
struct Work<'a, P: Tabled> {
    folder: &'a TableFolder<P>,
    turn: &'a ViewBatch,
    /// How many steps are done.
    done: usize,
    /// The position of the event that a handler has last; that of the generation while it is set up.
    at: Option<u64>,
}

impl<P: Tabled> Work<'_, P> {
    async fn set_up(&mut self, sql: &mut Sql) -> Result<(), SqlError> {
        self.at = Some(self.turn.from);
        let done = async { in_time(LIMIT, caught(|| P::setup(sql))?).await };
        done.await.map_err(|error| NotSetUp(error).into())
    }

    /// Hands events on until all are, or it is time for others to write.
    async fn hand_on(&mut self, sql: &mut Sql) -> Result<u64, SqlError> {
        let began = Instant::now();
        while let Some(delivery) = self.folder.delivery(self.done) {
            let position = delivery.recorded.position;
            let is_next = self.at.is_none_or(|at| at < position);
            let is_over = self.folder.is_careful || began.elapsed() >= TURN;
            if let (true, true, Some(at)) = (is_next, is_over && self.done > 0, self.at) {
                return Ok(at);
            }
            self.at = Some(position);
            self.folder.take(self.done, sql).await?;
            self.done += 1;
        }
        Ok(self.turn.to)
    }
}

impl<P: Tabled> TableWork for Work<'_, P> {
    fn run<'a>(
        &'a mut self,
        sql: &'a mut Sql,
        is_new: bool,
    ) -> Pin<Box<dyn Future<Output = Result<u64, SqlError>> + Send + 'a>> {
        Box::pin(async move {
            if is_new {
                self.set_up(sql).await?;
            }
            self.hand_on(sql).await
        })
    }
}

#[derive(Debug, thiserror::Error)]
#[error("its tables are not set up")]
struct NotSetUp(#[source] SqlError);

impl<P: Tabled> Fold for TableFolder<P> {
    fn fold<'a>(
        &'a mut self,
        _: &'a dyn ViewStore,
        _: u64,
        batch: &'a Arc<Batch>,
        (from, until): (u64, u64),
    ) -> Folding<'a, ()> {
        Box::pin(async move {
            self.batch = Some(Arc::clone(batch));
            for (index, delivery) in batch.events.iter().enumerate() {
                let position = delivery.recorded.position;
                if position > from && position <= until {
                    self.collect(index, delivery)?;
                }
            }
            Ok(())
        })
    }

    /// It is written in the transaction.
    fn write<'a>(&'a mut self, _: &'a mut ViewBatch) -> Folding<'a, ()> {
        Box::pin(async { Ok(()) })
    }

    fn commit<'a>(
        &'a mut self,
        views: &'a dyn ViewStore,
        batch: &'a ViewBatch,
    ) -> Folding<'a, Option<u64>> {
        Box::pin(self.transact(views, batch))
    }

    fn reset(&mut self, _: HashSet<String>) {
        self.steps.clear();
        self.is_careful = false;
    }

    /// No key is parked, as none is known.
    fn park(&mut self, _: &Trouble, _: u32) {}

    fn unpark<'a>(
        &'a mut self,
        _: &'a dyn ViewStore,
        _: u64,
        _: &'a str,
        _: &'a Arc<Batch>,
    ) -> Folding<'a, ()> {
        Box::pin(async { Ok(()) })
    }

    fn parked(&self) -> usize {
        0
    }

    /// Each page is written by itself.
    fn dirty(&self) -> usize {
        match self.steps.is_empty() {
            true => 0,
            false => usize::MAX,
        }
    }
}
