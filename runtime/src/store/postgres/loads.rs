//! Reading streams. All that wait at the same moment are read by one statement: a thousand streams take a few round trips,
//! not a thousand.

use std::sync::Arc;

use sqlx::SqlStr;
use sqlx::postgres::PgRow;
use tokio::sync::{Mutex, mpsc, oneshot};

use crate::store::page::PageBuilder;
use crate::store::{Page, PageLimit, StoreError, StoredEvent, StreamName};

use super::names::Names;
use super::page::{self, ARRAYS, Arrays, BEFORE, clamped, follows};
use super::reader::{Reader, one_more};

/// How many statements run at once. With more, each would find fewer streams to read.
const LOADERS: usize = 2;
/// How many streams one statement reads.
const STREAMS: usize = 256;
/// A statement that has read so many bytes of JSON ends; what is missing is read by another one.
const BYTES: usize = 8 << 20;

/// A stream that somebody waits for.
struct Request {
    stream: StreamName,
    after: u64,
    limit: PageLimit,
    reply: oneshot::Sender<Result<Page, StoreError>>,
}

/// Takes requests to the tasks that read.
pub(super) struct Loads(mpsc::UnboundedSender<Request>);

impl Loads {
    /// Starts the tasks. They end with what they were asked for once this is dropped.
    pub(super) fn start(reader: &Arc<Reader>, names: &Names) -> Self {
        let (sender, queue) = mpsc::unbounded_channel();
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..LOADERS {
            let loader = Loader {
                reader: Arc::clone(reader),
                statement: statement(names),
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
        let request = Request {
            stream: stream.clone(),
            after,
            limit,
            reply,
        };
        let sent = self.0.send(request).is_ok();
        match answer.await {
            Ok(page) if sent => page,
            _ => Err(StoreError::unavailable("the async runtime has ended")),
        }
    }
}

/// The streams in the order of the requests, each in its own order; at most so many events of each.
fn statement(names: &Names) -> SqlStr {
    names.statement(&format!(
        "SELECT {ARRAYS}, array_agg(at) FROM (
            SELECT *, {BEFORE} FROM (
                SELECT r.at, e.* FROM unnest($1::text[], $2::bigint[], $3::bigint[])
                    WITH ORDINALITY AS r (stream, after, most, at),
                LATERAL (SELECT * FROM gesta.events AS e
                    WHERE e.stream = r.stream AND e.version > r.after
                    ORDER BY e.version LIMIT r.most) AS e
                ORDER BY r.at, e.version) AS e
        ) AS p WHERE before < $4"
    ))
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
        let pages = match self.ask(requests).await {
            Ok(row) => row.map_or(Ok(Vec::new()), |row| pages(&row, requests)),
            Err(error) => Err(error),
        };
        match pages {
            Ok(pages) => {
                for (request, page) in requests.drain(..pages.len()).zip(pages) {
                    // Whoever asked may have gone.
                    request.reply.send(page).ok();
                }
            }
            Err(error) => {
                for request in requests.drain(..) {
                    request.reply.send(Err(error.clone())).ok();
                }
            }
        }
    }

    async fn ask(&self, requests: &[Request]) -> Result<Option<PgRow>, StoreError> {
        let streams: Vec<_> = requests.iter().map(|each| each.stream.as_str()).collect();
        let after: Vec<_> = requests.iter().map(|each| clamped(each.after)).collect();
        let most: Vec<_> = requests.iter().map(|each| one_more(each.limit)).collect();
        let query = || {
            sqlx::query(self.statement.clone())
                .bind(&streams)
                .bind(&after)
                .bind(&most)
                .bind(i64::try_from(budget(requests)).unwrap_or(i64::MAX))
        };
        self.reader
            .rows(query)
            .await
            .map(|rows| rows.into_iter().next())
    }
}

/// How many bytes of JSON one statement reads for these.
fn budget(requests: &[Request]) -> usize {
    let wanted = requests
        .iter()
        .fold(0_usize, |sum, each| sum.saturating_add(each.limit.bytes));
    wanted.clamp(1, BYTES)
}

/// The pages of all requests, or of the first of them if the budget ended the answer before the others.
fn pages(row: &PgRow, requests: &[Request]) -> Result<Vec<Result<Page, StoreError>>, StoreError> {
    let mut pages: Vec<_> = requests.iter().map(Filling::new).collect();
    let mut events = Arrays::read(row)?;
    let (mut bytes, mut last_bytes, mut reached) = (0, 0, 0);
    for at in page::array::<i64>(row, page::COUNT)? {
        let at = usize::try_from(at - 1).unwrap_or_default();
        let (Some(page), Some(request)) = (pages.get_mut(at), requests.get(at)) else {
            break;
        };
        let Some(event) = events.next(request.stream.clone()) else {
            break;
        };
        last_bytes = event.as_ref().map_or(0, |event| event.json.len());
        bytes += last_bytes;
        reached = at;
        page.take(event);
    }
    // The last event is the one more that a full answer has.
    let is_cut = bytes - last_bytes >= budget(requests);
    if is_cut {
        pages.truncate(reached + 1);
    }
    let mut pages: Vec<_> = pages.into_iter().map(Filling::finish).collect();
    if is_cut && let Some(Ok(page)) = pages.last_mut() {
        page.more = true;
    }
    Ok(pages)
}

/// A page that is being filled.
struct Filling {
    last: u64,
    page: PageBuilder,
    is_full: bool,
    error: Option<StoreError>,
}

impl Filling {
    fn new(request: &Request) -> Self {
        Self {
            last: request.after,
            page: PageBuilder::new(request.limit),
            is_full: false,
            error: None,
        }
    }

    fn take(&mut self, event: Result<StoredEvent, StoreError>) {
        if self.is_full || self.error.is_some() {
            return;
        }
        let checked = event.and_then(|event| {
            follows("a stream", self.last, event.version)?;
            Ok(event)
        });
        match checked {
            Ok(event) => {
                self.last = event.version;
                let pushed = self.page.push(event.json.len(), || event);
                self.is_full = pushed.is_break();
            }
            Err(error) => self.error = Some(error),
        }
    }

    fn finish(self) -> Result<Page, StoreError> {
        self.error.map_or_else(|| Ok(self.page.finish()), Err)
    }
}
