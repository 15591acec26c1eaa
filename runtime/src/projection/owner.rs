//! What the process that holds a generation does with it.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tracing::info;

use super::facing::Facing;
use super::fold::{Fold, FoldError};
use super::lease::Lease;
use super::route::Trouble;
use super::shared::{Going, Passing, Registration, Shared, ended, has_ended};
use crate::feed::{Batch, FeedError};
use crate::store::StoreError;
use crate::store::views::{Generation, Stage, ViewBatch, ViewStore};

/// So many events are folded before they are written, while there are more: a key that many of them touch is written once.
const WRITE_EVENTS: usize = 32_768;
/// At the end of the log a projection writes for a tenth of the time, or rests so long: what queues meanwhile is one batch.
const REST: Duration = Duration::from_millis(25);
/// So long the generation that answers gives way at a time to one that is about to take its place.
const WAY: Duration = Duration::from_secs(1);
/// How often is looked after what no event brings about.
const CHORES: Duration = Duration::from_millis(250);

/// Why a process folds a generation no more.
pub(super) enum Ended {
    /// The app ends.
    App,
    /// Another process has it.
    Lost,
    /// It stands still at this position.
    Stopped(u64),
}

/// Why a turn does not end as it should.
pub(super) enum Stopped {
    /// An event cannot be taken.
    By(Trouble),
    /// An event was faced, or the damage of the store, and it stands still at this position.
    At(u64),
    /// Another process has the generation.
    Lost,
    /// Nobody knows what is in the store.
    Error(FeedError),
}

impl From<FoldError> for Stopped {
    fn from(error: FoldError) -> Self {
        match error {
            FoldError::Trouble(trouble) => Self::By(trouble),
            FoldError::Store(error) => Self::Error(error.into()),
        }
    }
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Error(error.into())
    }
}

impl From<FeedError> for Stopped {
    fn from(error: FeedError) -> Self {
        Self::Error(error)
    }
}

/// The one who holds a generation.
pub(super) struct Owner<'a> {
    pub(super) shared: &'a Arc<Shared>,
    pub(super) registration: &'a Registration,
    pub(super) fold: &'a mut dyn Fold,
    /// As it is in the store.
    pub(super) state: Generation,
    /// What is folded in memory, and perhaps not written.
    pub(super) folded: u64,
    /// An event that was not taken.
    pub(super) facing: Option<Facing>,
    pub(super) lease: Lease,
    going: Going,
    /// Whether all is written that was in the log a moment ago.
    is_at_end: bool,
    /// Where the log ended when it was looked at last.
    head: Option<u64>,
    /// When the last write at the end of the log began, and how long it took.
    wrote: Option<(Instant, Duration)>,
    chores: Instant,
    /// While it is at the end of the log, and the one that answers is ahead all the same.
    passing: Option<Passing>,
}

impl<'a> Owner<'a> {
    pub(super) fn new(
        shared: &'a Arc<Shared>,
        registration: &'a Registration,
        going: Going,
        fold: &'a mut dyn Fold,
        claimed: Generation,
    ) -> Self {
        Self {
            shared,
            registration,
            lease: Lease::keep(shared, &claimed),
            going,
            fold,
            folded: claimed.position,
            facing: None,
            is_at_end: false,
            head: None,
            wrote: None,
            chores: Instant::now(),
            passing: None,
            state: claimed,
        }
    }

    pub(super) async fn run(&mut self) -> Result<Ended, FeedError> {
        match self.go().await {
            Ok(ended) => Ok(ended),
            Err(Stopped::Lost) => Ok(Ended::Lost),
            Err(Stopped::At(position)) => Ok(Ended::Stopped(position)),
            Err(Stopped::Error(error)) => Err(error),
            // It was faced.
            Err(Stopped::By(_)) => Ok(Ended::Lost),
        }
    }

    async fn go(&mut self) -> Result<Ended, Stopped> {
        self.shared.publish(self.state.id, self.state.position);
        self.start_again().await?;
        // The event is tried again, as this code may be another: the fault is seen until it is taken.
        self.forget_fault(1).await?;
        self.is_at_end = self.has_caught_up().await?;
        loop {
            match self.turn().await {
                Ok(ControlFlow::Continue(())) => {}
                Ok(ControlFlow::Break(ended)) => return Ok(ended),
                Err(Stopped::By(trouble)) => self.face(trouble).await?,
                Err(Stopped::Error(error)) if error.is_damage() => self.stop_at(&error).await?,
                Err(stopped) => return Err(stopped),
            }
        }
    }

    pub(super) fn views(&self) -> Result<&'a dyn ViewStore, StoreError> {
        self.shared.views()
    }

    /// Waits for events, folds them, and writes what is due.
    async fn turn(&mut self) -> Result<ControlFlow<Ended>, Stopped> {
        if has_ended(&self.going) {
            return Ok(ControlFlow::Break(Ended::App));
        }
        self.see()?;
        if self.state.paused {
            return Ok(self.stand_still().await);
        }
        if self.is_at_end && self.state.stage == Stage::Building && self.has_caught_up().await? {
            // There is something to ask, also if there was no event.
            if self.state.position == 0 {
                self.write(true).await?;
            }
            self.finish().await?;
        }
        if self.fold.parked() > 0 && self.chores.elapsed() >= CHORES {
            self.answer_requests().await?;
            self.chores = Instant::now();
        }
        self.linger().await;
        self.give_way().await;
        let batch = tokio::select! {
            batch = self.shared.feed.next(self.folded) => batch?,
            () = self.lease.changed() => return Ok(ControlFlow::Continue(())),
            () = tokio::time::sleep(CHORES), if self.has_chores() => return Ok(ControlFlow::Continue(())),
            () = ended(&mut self.going) => return Ok(ControlFlow::Break(Ended::App)),
        };
        if self.is_inline() {
            return self.follow(batch.last).await;
        }
        self.fold(&batch).await
    }

    async fn fold_and_write(&mut self) -> Result<ControlFlow<Ended>, Stopped> {
        let batch = self.shared.feed.next(self.folded).await?;
        self.fold(&batch).await
    }

    async fn fold(&mut self, batch: &Arc<Batch>) -> Result<ControlFlow<Ended>, Stopped> {
        let until = Facing::limit(self.facing.as_ref(), self.folded).min(batch.last);
        let range = (self.folded, until);
        self.fold
            .fold(self.views()?, self.state.id, batch, range)
            .await?;
        self.folded = until;
        let is_end = !batch.more && until == batch.last;
        if is_end || self.facing.is_some() || self.is_due() {
            self.write(is_end).await?;
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Whether so much was folded, or passed over, that it is not to be done again.
    fn is_due(&self) -> bool {
        let passed = self.folded.saturating_sub(self.state.position);
        self.fold.dirty() >= WRITE_EVENTS || passed >= WRITE_EVENTS as u64
    }

    /// Whether appends fold it.
    fn is_inline(&self) -> bool {
        self.registration.inline.is_some() && self.state.stage == Stage::Ready
    }

    /// Looks whether appends have folded all up to a position. What programs without this projection append, they have
    /// not: then it is folded here, and else by the next append.
    async fn follow(&mut self, last: u64) -> Result<ControlFlow<Ended>, Stopped> {
        let (generation, token) = (self.state.id, self.state.token);
        let seen = self
            .views()?
            .renew(generation, token, self.shared.lease)
            .await?;
        let seen = seen.ok_or(Stopped::Lost)?;
        if seen.position == self.state.position && seen.position < last {
            return self.fold_and_write().await;
        }
        self.state.position = seen.position;
        self.start_again().await?;
        self.shared.publish(generation, seen.position);
        self.wrote = Some((Instant::now(), REST));
        Ok(ControlFlow::Continue(()))
    }

    /// What the store said last, but for what only its owner changes.
    fn see(&mut self) -> Result<(), Stopped> {
        let seen = self.lease.seen.borrow_and_update().clone();
        let seen = seen.ok_or(Stopped::Lost)?;
        self.state.paused = seen.paused;
        self.state.fault = seen.fault;
        self.state.stage = self.state.stage.max(seen.stage);
        Ok(())
    }

    fn has_chores(&self) -> bool {
        self.fold.parked() > 0 || (self.is_at_end && self.state.stage == Stage::Building)
    }

    /// Lets events queue at the end of the log, unless somebody waits for them.
    async fn linger(&mut self) {
        let Some((began, took)) = self.wrote.take().filter(|_| self.passing.is_none()) else {
            return;
        };
        let rest = (took * 10).min(REST).saturating_sub(began.elapsed());
        let (shared, mut progressed) = (self.shared, self.shared.progressed());
        let waited_for = async {
            while !shared.is_waited_for() {
                let _ = progressed.changed().await;
            }
        };
        tokio::select! {
            () = tokio::time::sleep(rest) => {}
            () = waited_for => {}
            () = ended(&mut self.going) => {}
        }
    }

    /// Lets another generation of the projection pass that would else be behind for ever, by the few events of one batch.
    async fn give_way(&mut self) {
        if self.state.stage != Stage::Ready {
            return;
        }
        let projection = &self.registration.declaration.projection;
        tokio::select! {
            () = self.shared.passed(projection) => {}
            () = tokio::time::sleep(WAY) => {}
            () = ended(&mut self.going) => {}
        }
    }

    async fn stand_still(&mut self) -> ControlFlow<Ended> {
        self.passing = None;
        tokio::select! {
            () = self.lease.changed() => {}
            () = ended(&mut self.going) => return ControlFlow::Break(Ended::App),
        }
        self.facing = None;
        // The log may have grown far beyond what it was.
        self.head = None;
        ControlFlow::Continue(())
    }

    /// Writes what is folded.
    pub(super) async fn write(&mut self, is_end: bool) -> Result<(), Stopped> {
        let mut batch = self.batch();
        self.fold.write(&mut batch).await?;
        let began = Instant::now();
        loop {
            self.state.position = self.commit(&batch).await?;
            batch.from = self.state.position;
            if batch.from >= batch.to {
                break;
            }
            self.shared.publish(self.state.id, self.state.position);
        }
        self.forget_fault(0).await?;
        self.wrote = is_end.then(|| (began, began.elapsed()));
        self.is_at_end = is_end;
        if self
            .facing
            .as_ref()
            .is_some_and(|facing| facing.position <= self.folded)
        {
            self.facing = None;
        }
        self.shared.publish(self.state.id, self.folded);
        Ok(())
    }

    pub(super) async fn commit(&mut self, batch: &ViewBatch) -> Result<u64, Stopped> {
        let views = self.views()?;
        let reached = self.fold.commit(views, batch).await?;
        reached.ok_or(Stopped::Lost)
    }

    /// An empty batch from where it is to where the folding is.
    pub(super) fn batch(&self) -> ViewBatch {
        ViewBatch {
            generation: self.state.id,
            token: self.state.token,
            from: self.state.position,
            to: self.folded,
            ..ViewBatch::default()
        }
    }

    /// Whether it has come to where the log ended when that was asked last: one that follows a log that grows all the time
    /// is never at its end.
    async fn has_caught_up(&mut self) -> Result<bool, Stopped> {
        if self.head.is_none_or(|head| self.state.position < head) {
            self.head = Some(self.views()?.head().await?);
        }
        Ok(self.head.is_some_and(|head| self.state.position >= head))
    }

    /// Lets questions be answered from it. Where it is behind the one that answers them, it is tried again later.
    async fn finish(&mut self) -> Result<(), Stopped> {
        let (generation, token) = (self.state.id, self.state.token);
        let projection = &self.registration.declaration.projection;
        if !self.views()?.finish(generation, token).await? {
            let passing = || self.shared.pass(projection);
            self.passing.get_or_insert_with(passing);
        } else {
            self.passing = None;
            self.state.stage = Stage::Ready;
            info!(%projection, generation, position = self.state.position, "a projection is ready");
            self.shared.look().await?;
            self.shared.publish(generation, self.state.position);
        }
        Ok(())
    }
}
