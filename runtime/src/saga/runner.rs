//! The task that holds the sagas of one type, takes their events from the log, and wakes those that are due.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use thiserror::Error;
use tokio::sync::mpsc;
use tracing::{debug, info, warn};

use super::engine::{Because, Engine, Halt};
use super::error::SagaError;
use super::instance::{Input, Routed};
use super::row::{DUE, STATUS, SagaStatus};
use super::{Saga, SagaRoot};
use crate::event::EventObject;
use crate::feed::{Batch, Decoded, Delivery, FeedError};
use crate::projection::{Going, IndexValue, Lease, asked, ended, has_ended, sheltered};
use crate::store::StoreError;
use crate::store::views::{
    Cursor, Declaration, Fault, Generation, IndexRange, Stage, ViewBatch, ViewQuery, ViewStore,
    Which,
};
use crate::time::Timestamp;

/// How long it takes until the store is asked again after an error.
const RETRY: Duration = Duration::from_millis(250);
/// How often is written down how far the log was taken, at most.
const REST: Duration = Duration::from_millis(50);
/// The longest time until somebody looks at the clock.
const TICK: Duration = Duration::from_millis(100);
/// How often deadlines are looked for in the store, and how far ahead.
const SWEEP: Duration = Duration::from_secs(20);
const AHEAD: Duration = Duration::from_secs(60);
/// How many sagas are read at once.
const PAGE: u32 = 500;

/// Why the sagas of a type are not driven by this process, for now.
#[derive(Debug, Error)]
enum Stopped {
    #[error("another process has them")]
    Lost,
    #[error("the app ends")]
    App,
    #[error("the event at position {position}: {error}")]
    At { position: u64, error: String },
    #[error(transparent)]
    Feed(#[from] FeedError),
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Feed(error.into())
    }
}

pub(crate) struct Runner<S: Saga> {
    pub(crate) engine: Arc<Engine<S>>,
    pub(crate) going: Going,
}

/// The name under which is kept how far the log was taken.
fn declaration<S: Saga>() -> Declaration {
    Declaration {
        projection: format!("{}.triggers", <S as SagaRoot>::NAME),
        // Whatever the version of the saga: its programs take turns.
        version: 1,
        fingerprint: 0,
        indexes: String::new(),
    }
}

/// The rows that sagas are found by.
pub(crate) fn rows<S: Saga>() -> Which {
    Which {
        projection: <S as SagaRoot>::NAME.to_owned(),
        version: 1,
    }
}

impl<S: Saga> Runner<S> {
    fn views(&self) -> Result<&dyn ViewStore, StoreError> {
        self.engine.shared.views()
    }

    /// Begins where the log ends, the first time that there are such sagas: what happened before starts none.
    pub(crate) async fn declare(&self) -> Result<(), StoreError> {
        let (views, shared) = (self.views()?, &self.engine.shared);
        self.engine.clock.set(views).await?;
        loop {
            let declared = views.declare(&declaration::<S>()).await?;
            if declared.stage != Stage::Building {
                return Ok(());
            }
            let claimed = views.claim(declared.id, shared.owner, shared.lease).await?;
            let Some(claimed) = claimed else {
                // Another process does it.
                tokio::time::sleep(shared.lease / 8).await;
                continue;
            };
            let head = views.head().await?;
            let batch = ViewBatch {
                generation: claimed.id,
                token: claimed.token,
                from: claimed.position,
                to: head.max(claimed.position),
                ..ViewBatch::default()
            };
            if views.write(&batch).await? {
                views.finish(claimed.id, claimed.token).await?;
                views.release(claimed.id, claimed.token).await?;
            }
        }
    }

    pub(crate) async fn run(mut self) {
        while !has_ended(&self.going) {
            match sheltered(self.claim()).await {
                Ok(Some(claimed)) => self.hold(claimed).await,
                Ok(None) => self.rest(self.engine.shared.lease / 4).await,
                Err(error) => {
                    warn!(%error, saga = <S as SagaRoot>::NAME, "the sagas cannot be claimed");
                    self.rest(RETRY).await;
                }
            }
        }
    }

    async fn claim(&self) -> Result<Option<Generation>, StoreError> {
        let (views, shared) = (self.views()?, &self.engine.shared);
        let declared = views.declare(&declaration::<S>()).await?;
        views.claim(declared.id, shared.owner, shared.lease).await
    }

    async fn rest(&mut self, duration: Duration) {
        tokio::select! {
            () = tokio::time::sleep(duration) => {}
            () = ended(&mut self.going) => {}
        }
    }

    async fn hold(&mut self, claimed: Generation) {
        let (generation, token) = (claimed.id, claimed.token);
        debug!(saga = <S as SagaRoot>::NAME, token, "claimed the sagas");
        let stopped = match sheltered(async { Ok::<_, StoreError>(self.held(claimed).await) }).await
        {
            Ok(stopped) => stopped,
            Err(panic) => panic.into(),
        };
        self.engine.timers.clear();
        self.engine.shared.retract(generation);
        match &stopped {
            Stopped::App => {}
            Stopped::Lost => info!(
                saga = <S as SagaRoot>::NAME,
                "another process has the sagas"
            ),
            Stopped::At { position, error } => {
                warn!(
                    saga = <S as SagaRoot>::NAME,
                    position, error, "the sagas stand still"
                );
                let fault = Fault {
                    position: *position,
                    error: error.clone(),
                };
                self.tell(generation, token, Some(&fault)).await;
            }
            Stopped::Feed(error) => {
                warn!(saga = <S as SagaRoot>::NAME, %error, "the sagas are interrupted");
            }
        }
        // Another program may get over what this one does not.
        if let Ok(views) = self.views()
            && let Err(error) = sheltered(views.release(generation, token)).await
        {
            debug!(%error, "a lease is not released; it runs out");
        }
        match stopped {
            Stopped::App | Stopped::Lost => {}
            Stopped::At { .. } => {
                self.rest(self.engine.shared.lease.min(Duration::from_secs(1)))
                    .await
            }
            Stopped::Feed(_) => self.rest(RETRY).await,
        }
    }

    async fn tell(&self, generation: u64, token: u64, fault: Option<&Fault>) {
        if let Ok(views) = self.views()
            && let Err(error) = sheltered(views.set_fault(generation, token, fault)).await
        {
            debug!(%error, "a fault is not written down");
        }
    }

    async fn held(&mut self, claimed: Generation) -> Stopped {
        let mut lease = Lease::keep(&self.engine.shared, &claimed);
        let mut going = self.going.clone();
        let engine = Arc::clone(&self.engine);
        let mut holder = Holder {
            runner: self,
            position: claimed.position,
            written: claimed.position,
            wrote: Instant::now(),
            state: claimed,
        };
        tokio::select! {
            biased;
            () = ended(&mut going) => Stopped::App,
            () = lost(&mut lease) => Stopped::Lost,
            stopped = holder.hold() => stopped,
            () = wake(&engine) => Stopped::App,
        }
    }
}

/// Waits until the lease is another's.
async fn lost(lease: &mut Lease) {
    while lease.seen.borrow_and_update().is_some() {
        lease.changed().await;
    }
}

/// Looks after sagas whose time has come, for ever.
async fn wake<S: Saga>(engine: &Arc<Engine<S>>) {
    loop {
        let now = engine.clock.now();
        while let Some(id) = engine.timers.pop(now) {
            let Ok(room) = Arc::clone(&engine.room).acquire_owned().await else {
                return;
            };
            let engine = Arc::clone(engine);
            let runtime = engine.core.runtime.clone();
            runtime.spawn(async move {
                engine.fire(&id).await;
                drop(room);
            });
        }
        let until = engine.timers.next().map(|due| due.duration_since(now));
        tokio::select! {
            () = tokio::time::sleep(until.map_or(TICK, |until| until.min(TICK))) => {}
            () = engine.timers.changed() => {}
        }
    }
}

/// What the one who holds the sagas does.
struct Holder<'a, S: Saga> {
    runner: &'a Runner<S>,
    state: Generation,
    /// Events up to here are taken.
    position: u64,
    /// And up to here that is written down.
    written: u64,
    wrote: Instant,
}

impl<S: Saga> Holder<'_, S> {
    async fn hold(&mut self) -> Stopped {
        match self.work().await {
            Ok(never) => match never {},
            Err(stopped) => stopped,
        }
    }

    async fn work(&mut self) -> Result<std::convert::Infallible, Stopped> {
        let engine = &self.runner.engine;
        engine.clock.set(self.runner.views()?).await?;
        self.recover().await?;
        if self.state.fault.is_some() {
            self.runner
                .tell(self.state.id, self.state.token, None)
                .await;
        }
        let mut sweep = tokio::time::interval(SWEEP);
        loop {
            engine.shared.publish(self.state.id, self.position);
            let is_dirty = self.written < self.position;
            tokio::select! {
                batch = engine.shared.feed.next(self.position) => self.take(&batch?).await?,
                () = tokio::time::sleep(REST.saturating_sub(self.wrote.elapsed())), if is_dirty => self.write().await?,
                _ = sweep.tick() => self.sweep().await?,
            }
            if self.wrote.elapsed() >= REST {
                self.write().await?;
            }
        }
    }

    /// Goes on with what another process left.
    async fn recover(&self) -> Result<(), Stopped> {
        let head = self.runner.views()?.head().await?;
        while !self.rows_have(head).await? {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        self.resume_all().await
    }

    /// Goes on with all that are under way, and that nobody here drives.
    async fn resume_all(&self) -> Result<(), Stopped> {
        let driven = self.runner.engine.driven();
        for status in [SagaStatus::Running, SagaStatus::Compensating] {
            let mut value = Vec::new();
            status.as_str().write(&mut value);
            let range = IndexRange {
                index: STATUS,
                from: std::ops::Bound::Included(value.clone()),
                to: std::ops::Bound::Included(value),
            };
            let mut after = None;
            loop {
                let (keys, next) = self.page(&range, after).await?;
                for id in keys.into_iter().filter(|id| !driven.contains(id)) {
                    self.resume(id).await?;
                }
                after = next;
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(())
    }

    async fn resume(&self, id: String) -> Result<(), Stopped> {
        let engine = Arc::clone(&self.runner.engine);
        let room = Arc::clone(&engine.room).acquire_owned().await;
        let room = room.map_err(|_| Stopped::App)?;
        let runtime = engine.core.runtime.clone();
        runtime.spawn(async move {
            if let Err(Halt::Saga(error)) = engine.resume(&id).await {
                warn!(saga = <S as SagaRoot>::NAME, id, %error, "a saga does not go on");
            }
            let _ = deferred(&engine, &id).await;
            drop(room);
        });
        Ok(())
    }

    async fn rows_have(&self, position: u64) -> Result<bool, StoreError> {
        let generations = self.runner.engine.shared.look_soon().await?;
        let asked = asked(&generations, &rows::<S>());
        Ok(asked.is_some_and(|asked| asked.position >= position))
    }

    /// Takes the deadlines of the next time out of the store, and what nobody drives.
    async fn sweep(&self) -> Result<(), Stopped> {
        let engine = &self.runner.engine;
        engine.clock.set(self.runner.views()?).await?;
        // One that lost the lease may have moved a saga since, and died.
        self.resume_all().await?;
        let (mut from, mut to) = (Vec::new(), Vec::new());
        Timestamp::from_micros(i64::MIN).write(&mut from);
        (engine.clock.now() + AHEAD).write(&mut to);
        let range = IndexRange {
            index: DUE,
            from: std::ops::Bound::Included(from),
            to: std::ops::Bound::Included(to),
        };
        let mut after = None;
        loop {
            let (keys, next) = self.page(&range, after).await?;
            let now = engine.clock.now();
            // Whether that is still so, the saga knows.
            keys.iter().for_each(|id| engine.timers.look_at(id, now));
            after = next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    async fn page(
        &self,
        range: &IndexRange,
        after: Option<Cursor>,
    ) -> Result<(Vec<String>, Option<Cursor>), StoreError> {
        let query = ViewQuery {
            range: Some(range.clone()),
            after,
            reverse: false,
            limit: PAGE,
        };
        let answered = self.runner.views()?.page(&rows::<S>(), &query).await?;
        let page = answered.map(|answered| answered.answer).unwrap_or_default();
        let keys = page.documents.into_iter().map(|(key, _)| key).collect();
        Ok((keys, page.next))
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
        let mut by_saga: HashMap<String, Vec<Input>> = HashMap::new();
        let mut until = batch.last;
        let mut trouble = None;
        for (index, delivery) in batch.events.iter().enumerate() {
            let position = delivery.recorded.position;
            if position <= self.position {
                continue;
            }
            if let Err(error) = self.route(batch, index, delivery, &mut by_saga) {
                until = position - 1;
                trouble = Some(Stopped::At { position, error });
                break;
            }
        }
        let (told, mut telling) = mpsc::channel(1);
        for (id, inputs) in by_saga {
            let engine = Arc::clone(&self.runner.engine);
            let room = Arc::clone(&engine.room).acquire_owned().await;
            let (room, told) = (room.map_err(|_| Stopped::App)?, told.clone());
            let runtime = engine.core.runtime.clone();
            runtime.spawn(async move {
                deliver(engine, id, inputs, told).await;
                drop(room);
            });
        }
        drop(told);
        if let Some(stopped) = telling.recv().await {
            return Err(stopped);
        }
        self.position = until;
        trouble.map_or(Ok(()), |trouble| {
            debug!("stopping at an event");
            Err(trouble)
        })
    }

    fn route(
        &self,
        batch: &Arc<Batch>,
        index: usize,
        delivery: &Delivery,
        by_saga: &mut HashMap<String, Vec<Input>>,
    ) -> Result<(), String> {
        let definition = &self.runner.engine.definition;
        let recorded = &delivery.recorded;
        let stream = &recorded.stream;
        let events = match &delivery.decoded {
            Decoded::Events(events) => events.as_slice(),
            Decoded::Foreign => return Ok(()),
            Decoded::Unreadable { name, error } => {
                let is_own = definition.subscriptions.may_want(stream.aggregate(), name);
                return if is_own { Err(error.clone()) } else { Ok(()) };
            }
        };
        if stream.aggregate() == <S as SagaRoot>::NAME {
            // Somebody has let it go on, perhaps in another process.
            let names = events.iter().map(|event| event.event().name());
            if names
                .into_iter()
                .any(|name| matches!(name, "SagaResumed" | "SagaUndoing"))
            {
                by_saga
                    .entry(stream.id().to_owned())
                    .or_default()
                    .push(Input::Look);
            }
            return Ok(());
        }
        for (number, event) in events.iter().enumerate() {
            let event: &dyn EventObject = event.event();
            let Some(trigger) = definition.trigger(delivery, event) else {
                continue;
            };
            let id = trigger.id_of(event, recorded)?;
            by_saga.entry(id).or_default().push(Input::Take(Routed {
                batch: Arc::clone(batch),
                delivery: index,
                event: number,
            }));
        }
        Ok(())
    }
}

/// Gives a saga its events, one after the other; then says so, and goes on with the saga.
async fn deliver<S: Saga>(
    engine: Arc<Engine<S>>,
    id: String,
    inputs: Vec<Input>,
    told: mpsc::Sender<Stopped>,
) {
    let mut progress = None;
    for input in inputs {
        let (because, position) = because(&input);
        match engine.advance(&id, input, because).await {
            Ok(now) => progress = Some(now),
            Err(Halt::Over) => return drop(told.send(Stopped::App).await),
            Err(Halt::Saga(error)) => {
                let stopped = Stopped::At {
                    position,
                    error: said(&id, &error),
                };
                return drop(told.send(stopped).await);
            }
        }
    }
    drop(told);
    if let Some(progress) = progress {
        engine.drive(&id, progress).await;
        if let Err(Halt::Saga(error)) = deferred(&engine, &id).await {
            warn!(saga = <S as SagaRoot>::NAME, id, %error, "a saga does not take an event that waits for it");
        }
    }
}

fn said(id: &str, error: &SagaError) -> String {
    format!(
        "the saga `{id}` does not take it: {}",
        crate::feed::said(error)
    )
}

fn because(input: &Input) -> (Because, u64) {
    match input {
        Input::Take(routed) => match routed.recorded() {
            Some(recorded) => {
                let because = Because {
                    correlation: recorded.meta.correlation.clone(),
                    causation: Some(recorded.meta.command_id.to_string()),
                    actor: recorded.meta.actor.clone(),
                };
                (because, recorded.position)
            }
            None => Default::default(),
        },
        _ => Default::default(),
    }
}

/// Gives a saga the events that waited until it went on.
async fn deferred<S: Saga>(engine: &Arc<Engine<S>>, id: &str) -> Result<(), Halt> {
    loop {
        let progress = engine.advance(id, Input::Look, Because::default()).await?;
        let Some(position) = progress.deferred.front().copied() else {
            return Ok(());
        };
        if progress.stuck.is_some() {
            return Ok(());
        }
        let batch = engine.shared.feed.one(position).await;
        let unreachable = |error: FeedError| SagaError::Unreachable(error.to_string());
        let batch = batch.map_err(|error| Halt::Saga(unreachable(error)))?;
        let input = Input::Take(Routed {
            batch,
            delivery: 0,
            event: 0,
        });
        let (because, _) = because(&input);
        let after = engine.advance(id, input, because).await?;
        if after.deferred.front() == Some(&position) && after.stuck.is_none() {
            return Ok(());
        }
        engine.drive(id, after).await;
    }
}
