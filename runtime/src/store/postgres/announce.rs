//! Hints between processes, by LISTEN and NOTIFY.
//!
//! A NOTIFY in the transaction of an append would have all commits of the server wait for each other, so it is sent after
//! it, and once for all appends of a moment. It has no payload: whoever hears it looks at the log.

use std::ops::ControlFlow;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use tokio::sync::{Notify, mpsc, oneshot};
use tracing::debug;

use crate::store::{Hinter, Hints};

use super::names::Names;
use super::reader::Reader;

/// At most one NOTIFY in so long a time.
const MOMENT: Duration = Duration::from_millis(10);
/// How long after a failure the server is asked again.
const PAUSE: Duration = Duration::from_secs(1);

/// Gives hints to this process, and to the others.
pub(super) struct Announcer {
    hinter: Hinter,
    /// Wakes the task that notifies. It ends once this is dropped.
    due: mpsc::Sender<()>,
    options: PgConnectOptions,
    channel: String,
    /// The task that listens ends once this is dropped, or told to.
    listening: OnceLock<oneshot::Sender<()>>,
    closed: Arc<Notify>,
}

impl Announcer {
    pub(super) fn start(reader: &Arc<Reader>, options: PgConnectOptions, names: &Names) -> Self {
        // Of room for one: what comes while it is full is told with what is in it.
        let (due, waiting) = mpsc::channel(1);
        let channel = names.channel();
        tokio::spawn(notify(Arc::clone(reader), channel.clone(), waiting));
        Self {
            hinter: Hinter::default(),
            due,
            options,
            channel,
            listening: OnceLock::new(),
            closed: Arc::default(),
        }
    }

    /// Says that something was appended.
    pub(super) fn announce(&self) {
        self.hinter.hint();
        self.due.try_send(()).ok();
    }

    /// Listens from the first call on, which must be in an async runtime.
    pub(super) fn hints(&self) -> Hints {
        self.listening.get_or_init(|| {
            let (stop, stopped) = oneshot::channel();
            let listening = listen(
                self.options.clone(),
                self.channel.clone(),
                self.hinter.clone(),
            );
            let closed = Arc::clone(&self.closed);
            tokio::spawn(async move {
                // Nothing is written on its connection, so it may end anywhere.
                tokio::select! {
                    () = listening => {}
                    _ = stopped => {}
                    () = closed.notified() => {}
                }
            });
            stop
        });
        self.hinter.hints()
    }

    /// Listens no more.
    pub(super) fn close(&self) {
        // Kept for a task that has not begun.
        self.closed.notify_one();
    }
}

async fn notify(reader: Arc<Reader>, channel: String, mut waiting: mpsc::Receiver<()>) {
    while waiting.recv().await.is_some() {
        let query = || sqlx::query("SELECT pg_notify($1, '')").bind(&channel);
        let told = reader.fold(query, || (), |(), _| Ok(ControlFlow::Continue(())));
        if let Err(error) = told.await {
            debug!(%error, "other processes were not told of an append");
        }
        tokio::time::sleep(MOMENT).await;
    }
}

/// Gives a hint also where the connection was lost: who knows what was not heard.
async fn listen(options: PgConnectOptions, channel: String, hinter: Hinter) {
    let pool = PgPoolOptions::new().max_connections(1);
    let pool = pool.connect_lazy_with(options);
    loop {
        let heard = async {
            let mut listener = PgListener::connect_with(&pool).await?;
            listener.listen(&channel).await?;
            loop {
                hinter.hint();
                listener.try_recv().await?;
            }
        };
        let Err::<(), sqlx::Error>(error) = heard.await else {
            continue;
        };
        debug!(%error, "not listening to other processes");
        tokio::time::sleep(PAUSE).await;
    }
}
