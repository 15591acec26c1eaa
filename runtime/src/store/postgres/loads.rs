//! Reading streams. All that wait at the same moment are read by one statement: a thousand streams take a few round trips,
//! not a thousand.

use std::sync::Arc;

use sqlx::SqlStr;
use tokio::sync::{Mutex, mpsc, oneshot};

use crate::store::{Page, PageLimit, StoreError, StreamName};

use super::error;
use super::reader::Reader;
use super::streams::{Pages, Wanted, query};

/// How many statements run at once. With more, each would find fewer streams to read.
const LOADERS: usize = 2;
/// How many streams one statement reads.
const STREAMS: usize = 256;

/// A stream that somebody waits for.
struct Request {
    wanted: Wanted,
    reply: oneshot::Sender<Result<Page, StoreError>>,
}

/// Takes requests to the tasks that read.
pub(super) struct Loads(mpsc::UnboundedSender<Request>);

impl Loads {
    /// Starts the tasks. They end with what they were asked for once this is dropped.
    pub(super) fn start(reader: &Arc<Reader>, statement: &SqlStr) -> Self {
        let (sender, queue) = mpsc::unbounded_channel();
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..LOADERS {
            let loader = Loader {
                reader: Arc::clone(reader),
                statement: statement.clone(),
                queue: Arc::clone(&queue),
            };
            tokio::spawn(loader.run());
        }
        Self(sender)
    }

    pub(super) async fn read(
        &self,
        stream: &StreamName,
        after: u64,
        limit: PageLimit,
    ) -> Result<Page, StoreError> {
        let (reply, answer) = oneshot::channel();
        let stream = stream.clone();
        let wanted = Wanted {
            stream,
            after,
            limit,
        };
        let request = Request { wanted, reply };
        let sent = self.0.send(request).is_ok();
        match answer.await {
            Ok(page) if sent => page,
            _ => Err(StoreError::unavailable("the async runtime has ended")),
        }
    }
}

struct Loader {
    reader: Arc<Reader>,
    statement: SqlStr,
    queue: Arc<Mutex<mpsc::UnboundedReceiver<Request>>>,
}

impl Loader {
    async fn run(self) {
        let mut requests = Vec::new();
        loop {
            // The other loaders wait for the lock, so that what comes meanwhile goes together.
            let more = self
                .queue
                .lock()
                .await
                .recv_many(&mut requests, STREAMS)
                .await;
            if more == 0 {
                return;
            }
            while !requests.is_empty() {
                self.load(&mut requests).await;
            }
        }
    }

    /// Answers all requests, or at least the first of them.
    async fn load(&self, requests: &mut Vec<Request>) {
        match self.read(requests).await {
            Ok(pages) => {
                for (request, page) in requests.drain(..pages.len()).zip(pages) {
                    // Whoever asked may have gone.
                    request.reply.send(page).ok();
                }
            }
            Err(error) if requests.len() == 1 || error::is_lost(&error) => {
                for request in requests.drain(..) {
                    request.reply.send(Err(error.clone())).ok();
                }
            }
            // It may be due to a row of one stream, and is none of the others' business.
            Err(_) => {
                for request in requests.drain(..) {
                    let pages = self.read(std::slice::from_ref(&request)).await;
                    let nothing = || Err(StoreError::failed("a stream was not read"));
                    let page = pages.and_then(|mut pages| pages.pop().unwrap_or_else(nothing));
                    request.reply.send(page).ok();
                }
            }
        }
    }

    /// The pages of all requests, or of the first of them.
    async fn read(
        &self,
        requests: &[Request],
    ) -> Result<Vec<Result<Page, StoreError>>, StoreError> {
        let wanted: Vec<_> = requests.iter().map(|each| &each.wanted).collect();
        let query = || query(&self.statement, &wanted);
        let pages = self.reader.fold(query, || Pages::new(&wanted), Pages::take);
        pages.await.map(Pages::finish)
    }
}
