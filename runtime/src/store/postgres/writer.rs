//! The one connection that writes.

use std::sync::Arc;
use std::time::Duration;

use sqlx::Connection;
use sqlx::postgres::PgConnectOptions;
use tokio::time::Instant;
use uuid::Uuid;

use crate::store::sql::numbers::int;
use crate::store::views::Inline;
use crate::store::{Commit, Outcome, StoreError};

use super::row::get;
use super::seen::Seen;
use super::session::{Backend, Session, answered};
use super::texts::Texts;
use super::write::Pen;
use super::{error, lookup, settle};

pub(super) struct Writer {
    options: PgConnectOptions,
    texts: Arc<Texts>,
    seen: Seen,
    patience: Duration,
    state: State,
    /// The last event that was written here: its position, and its command.
    latest: Option<(u64, Uuid)>,
    /// Whether the server is known to have it.
    has_latest: bool,
}

enum State {
    /// Nothing is open in it: no statement, no transaction.
    Idle(Session),
    /// Something went wrong with the last one, or is still going on in a future that was dropped. The process of the server
    /// may live on, and write what it was told to.
    Lost(Backend),
    Closed,
}

impl Writer {
    pub(super) fn new(
        options: PgConnectOptions,
        texts: Arc<Texts>,
        patience: Duration,
        session: Session,
    ) -> Self {
        Self {
            options,
            texts,
            seen: Seen::default(),
            patience,
            state: State::Idle(session),
            latest: None,
            has_latest: true,
        }
    }

    /// Makes final what became of an append that failed or was dropped; nothing to do after one that did not.
    ///
    /// An error means that it is still open.
    pub(super) async fn settle(&mut self) -> Result<(), StoreError> {
        if matches!(self.state, State::Lost(_)) {
            let session = self.take().await?;
            self.state = State::Idle(session);
        }
        Ok(())
    }

    /// Writes a batch; once more if the connection was lost and nothing of the batch is there.
    pub(super) async fn append(
        &mut self,
        batch: &[Commit],
        inline: Option<&dyn Inline>,
    ) -> Result<Vec<Outcome>, StoreError> {
        let error = match self.append_once(batch, inline).await {
            Err(error) if error::is_lost(&error) => error,
            done => return done,
        };
        if !self.is_untouched(batch).await? {
            return Err(error);
        }
        tracing::debug!(%error, commits = batch.len(), "writing a batch again");
        self.append_once(batch, inline).await
    }

    /// Whether none of the batch's command ids is there. A batch is one transaction, so then none of it is, and none will
    /// be: what was told to write it is gone.
    async fn is_untouched(&mut self, batch: &[Commit]) -> Result<bool, StoreError> {
        let mut session = self.take().await?;
        let keys = batch
            .iter()
            .map(|each| (each.meta.command_id, &each.stream));
        let text = self.texts.lookup.clone();
        let found = lookup::ask(&mut session.connection, text, self.patience, keys).await?;
        self.state = State::Idle(session);
        Ok(found.iter().all(|each| each.known.is_none()))
    }

    async fn append_once(
        &mut self,
        batch: &[Commit],
        inline: Option<&dyn Inline>,
    ) -> Result<Vec<Outcome>, StoreError> {
        let mut session = self.take().await?;
        self.check_is_the_same_log(&mut session).await?;
        let mut pen = Pen {
            connection: &mut session.connection,
            texts: &self.texts,
            seen: &mut self.seen,
            patience: self.patience,
            inline,
        };
        let outcomes = pen.append(batch).await;
        // Where a projection refused it, all went well.
        if matches!(outcomes, Ok(_) | Err(StoreError::Inline { .. })) {
            self.state = State::Idle(session);
        }
        let outcomes = outcomes?;
        self.latest = latest(batch, &outcomes).or(self.latest);
        Ok(outcomes)
    }

    /// Takes the session out, so that it is not used again if the future that uses it is dropped. A new one comes only
    /// once the old one cannot write any more.
    async fn take(&mut self) -> Result<Session, StoreError> {
        let mut lost = match std::mem::replace(&mut self.state, State::Closed) {
            State::Idle(session) => {
                self.state = State::Lost(session.backend.clone());
                return Ok(session);
            }
            State::Lost(backend) => backend,
            State::Closed => return Err(StoreError::unavailable("the store is closed")),
        };
        self.state = State::Lost(lost.clone());
        self.seen.forget();
        self.has_latest = false;
        let end = Instant::now() + self.patience;
        loop {
            match self.replace(&mut lost).await {
                Err(error) if error::is_lost(&error) && Instant::now() < end => {}
                done => return done,
            }
        }
    }

    /// Connects, and has the server end what served a session that was lost.
    async fn replace(&mut self, lost: &mut Backend) -> Result<Session, StoreError> {
        let mut session = Session::connect(&self.options, self.patience).await?;
        settle::end(&mut session.connection, lost, self.patience).await?;
        // It may wait for a standby from here on, so it is the next one to be ended. Else each try would leave one more.
        *lost = session.backend.clone();
        self.state = State::Lost(lost.clone());
        settle::harden(&mut session.connection, self.patience).await?;
        Ok(session)
    }

    /// Refuses a server that has not what was written before: an older copy, or a standby that took over without it. What
    /// is decided here stands on those events.
    async fn check_is_the_same_log(&mut self, session: &mut Session) -> Result<(), StoreError> {
        let Some((position, command_id)) = self.latest.filter(|_| !self.has_latest) else {
            return Ok(());
        };
        let query = sqlx::query(self.texts.command.clone()).bind(int(position)?);
        let rows = query.fetch_all(&mut session.connection);
        let rows = answered(self.patience, rows).await?;
        match rows.first().map(|row| get::<Uuid>(row, 0)).transpose()? {
            Some(found) if found == command_id => {
                self.has_latest = true;
                Ok(())
            }
            _ => Err(StoreError::Corrupt(format!(
                "the server has lost the event at position {position}, which was durable; start all processes anew"
            ))),
        }
    }

    pub(super) async fn close(&mut self) -> Result<(), StoreError> {
        match std::mem::replace(&mut self.state, State::Closed) {
            State::Idle(session) => session.connection.close().await.map_err(error::of),
            State::Lost(_) | State::Closed => Ok(()),
        }
    }
}

/// Where the log ended after a batch, if it wrote an event.
fn latest(batch: &[Commit], outcomes: &[Outcome]) -> Option<(u64, Uuid)> {
    let mut written = batch.iter().zip(outcomes).rev();
    written.find_map(|(commit, outcome)| match outcome {
        Outcome::Written { position } if !commit.events.is_empty() => {
            Some((*position, commit.meta.command_id))
        }
        _ => None,
    })
}
