//! The one connection that writes.

use std::sync::Arc;
use std::time::Duration;

use sqlx::Connection;
use sqlx::postgres::PgConnectOptions;
use tokio::time::Instant;

use crate::store::{Commit, Outcome, StoreError};

use super::seen::Seen;
use super::session::{Backend, Session};
use super::texts::Texts;
use super::write::Pen;
use super::{error, lookup, settle};

pub(super) struct Writer {
    options: PgConnectOptions,
    texts: Arc<Texts>,
    seen: Seen,
    patience: Duration,
    state: State,
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
    pub(super) async fn append(&mut self, batch: &[Commit]) -> Result<Vec<Outcome>, StoreError> {
        match self.append_once(batch).await {
            Err(error) if error::is_lost(&error) && self.is_untouched(batch).await => {
                tracing::debug!(%error, commits = batch.len(), "writing a batch again");
                self.append_once(batch).await
            }
            done => done,
        }
    }

    /// Whether none of the batch's command ids is there. A batch is one transaction, so then none of it is, and none will
    /// be: what was told to write it is gone.
    async fn is_untouched(&mut self, batch: &[Commit]) -> bool {
        let Ok(mut session) = self.take().await else {
            return false;
        };
        let keys = batch
            .iter()
            .map(|each| (each.meta.command_id, &each.stream));
        let text = self.texts.lookup.clone();
        match lookup::ask(&mut session.connection, text, self.patience, keys).await {
            Ok(found) => {
                self.state = State::Idle(session);
                found.iter().all(|each| each.known.is_none())
            }
            Err(_) => false,
        }
    }

    async fn append_once(&mut self, batch: &[Commit]) -> Result<Vec<Outcome>, StoreError> {
        let mut session = self.take().await?;
        let mut pen = Pen {
            connection: &mut session.connection,
            texts: &self.texts,
            seen: &mut self.seen,
            patience: self.patience,
        };
        let done = pen.append(batch).await;
        if done.is_ok() {
            self.state = State::Idle(session);
        }
        done
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

    pub(super) async fn close(&mut self) -> Result<(), StoreError> {
        match std::mem::replace(&mut self.state, State::Closed) {
            State::Idle(session) => session.connection.close().await.map_err(error::of),
            State::Lost(_) | State::Closed => Ok(()),
        }
    }
}
