//! Asking read models.

use std::fmt::Display;
use std::marker::PhantomData;
use std::ops::{Bound, RangeBounds};
use std::sync::Arc;

use thiserror::Error;

use super::App;
use crate::dispatch::Core;
use crate::projection::{AsIndexed, Document, Index, IndexValue, Mode};
use crate::store::tables::InvalidTable;
use crate::store::views::{Answered, Cursor, IndexRange, ViewQuery, ViewStore, Which, unsupported};
use crate::store::{InvalidId, StoreError, check_text};

/// How many documents a page holds unless somebody says otherwise.
const LIMIT: u32 = 100;

/// Why a read model does not answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ViewError {
    /// It is being built, and no other answers: there is none, or it is asked by an index, which another version may not
    /// have. Try again later; `app.projections()` tells how far it is.
    #[error("the projection `{projection}` is being built")]
    Building {
        /// The name of the projection.
        projection: &'static str,
    },
    /// The key cannot be one. Correct it.
    #[error("this cannot be the key of a document")]
    InvalidKey(#[from] InvalidId),
    /// The name cannot be that of a table. Correct it.
    #[error(transparent)]
    InvalidTable(#[from] InvalidTable),
    /// The document is of another version of the projection, which answers until this one is built, and it has not the
    /// shape of today's struct. Try again later, or give new fields a `#[serde(default)]`.
    #[error("a document of `{projection}` (version {version}) does not decode")]
    Undecodable {
        /// The name of the projection.
        projection: &'static str,
        /// The version of the code that folded it.
        version: u32,
        /// What serde_json found.
        source: serde_json::Error,
    },
    /// The projection is live: only single documents are folded on demand. Leave `live` out to have pages.
    #[error("the projection `{projection}` is live, and has no pages")]
    Live {
        /// The name of the projection.
        projection: &'static str,
    },
    /// An event of a live projection could not be folded. Mend the `#[on]` method, or what it says of the event.
    #[error(
        "a document of `{projection}` does not take the event at position {position}: {message}"
    )]
    Fold {
        /// The name of the projection.
        projection: &'static str,
        /// The position of the event.
        position: u64,
        /// What was said of it.
        message: String,
    },
    /// The store could not be read. Try again later.
    #[error("the store could not be read")]
    Store(#[from] StoreError),
}

impl App {
    /// The document of this key; `None` if there is none.
    ///
    /// The key is the id of an aggregate, unless the projection says `#[on(key = ..)]`. A document that is folded
    /// asynchronously may be behind the log for some milliseconds: see [`wait_for`](super::SendCommand::wait_for).
    ///
    /// The projection need not be registered with this app; some app must fold it. Dropping the future is safe.
    ///
    /// # Errors
    /// [`ViewError`]; each variant says what to do.
    pub async fn view<P: Document>(&self, key: impl Display) -> Result<Option<P>, ViewError> {
        let key = key.to_string();
        check_text(&key)?;
        if P::MODE == Mode::Live {
            return super::live::fold(self, &key).await;
        }
        let found = ask(&self.core, which::<P>(), move |views, which| {
            Box::pin(async move { views.view(&which, &key).await })
        });
        let found = found.await?.ok_or(building::<P>())?;
        let json = found.answer.as_deref();
        json.map(|json| decode(json, found.version)).transpose()
    }

    /// Documents, page by page: say which, then take a [`page`](Views::page) or [`count`](Views::count) them.
    ///
    /// ```
    /// # use gesta::{App, Document, Index, ViewError};
    /// # async fn example<Statement: Document>(bank: &App, owner: Index<Statement, String>) -> Result<(), ViewError> {
    /// let page = bank.views::<Statement>().page().await?;
    /// for (key, statement) in page.documents { /* .. */ }
    ///
    /// // `owner` stands for `Statement::OWNER`, the index of a field `owner`.
    /// let of_alice = bank.views().by(owner, "Alice").count().await?;
    /// # let _ = of_alice; Ok(()) }
    /// ```
    pub fn views<P: Document>(&self) -> Views<P> {
        Views {
            core: Arc::clone(&self.core),
            query: ViewQuery {
                range: None,
                after: None,
                reverse: false,
                limit: LIMIT,
            },
            of: PhantomData,
        }
    }
}

/// Which documents of a read model are wanted, and in which order.
#[must_use = "nothing is read before `page` or `count`"]
pub struct Views<P> {
    core: Arc<Core>,
    query: ViewQuery,
    of: PhantomData<fn() -> P>,
}

/// Some documents, and where the next page begins.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ViewPage<P> {
    /// The documents with their keys, in order.
    pub documents: Vec<(String, P)>,
    /// Where the next page begins; `None` if this is the last.
    pub next: Option<PageCursor>,
}

/// Where a page begins. For the query that gave it, and no other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageCursor(Cursor);

impl<P: Document> Views<P> {
    /// Those with this value in an index.
    pub fn by<T, V>(self, index: Index<P, T>, value: V) -> Self
    where
        V: IndexValue + AsIndexed<T>,
    {
        let mut bytes = Vec::new();
        value.write(&mut bytes);
        self.range(
            index.number,
            Bound::Included(bytes.clone()),
            Bound::Included(bytes),
        )
    }

    /// Those with a value in this range of an index, in the order of the values.
    ///
    /// All of them, if the range is `..`: then the index only says the order.
    pub fn between<T: IndexValue>(self, index: Index<P, T>, values: impl RangeBounds<T>) -> Self {
        let bytes = |bound: Bound<&T>| {
            bound.map(|value| {
                let mut bytes = Vec::new();
                value.write(&mut bytes);
                bytes
            })
        };
        let (from, to) = (bytes(values.start_bound()), bytes(values.end_bound()));
        self.range(index.number, from, to)
    }

    fn range(mut self, index: u32, from: Bound<Vec<u8>>, to: Bound<Vec<u8>>) -> Self {
        self.query.range = Some(IndexRange { index, from, to });
        self
    }

    /// From the last to the first.
    pub fn reverse(mut self) -> Self {
        self.query.reverse = true;
        self
    }

    /// At most so many documents a page; 100 by default.
    pub fn limit(mut self, documents: u32) -> Self {
        self.query.limit = documents;
        self
    }

    /// The page that follows another.
    pub fn after(mut self, cursor: PageCursor) -> Self {
        self.query.after = Some(cursor.0);
        self
    }

    /// Reads a page. All of it is of one moment. Dropping the future is safe.
    ///
    /// # Errors
    /// [`ViewError`]; each variant says what to do.
    pub async fn page(self) -> Result<ViewPage<P>, ViewError> {
        let Self { core, query, .. } = self.stored()?;
        let is_by_index = query.range.is_some();
        let found = ask(&core, which::<P>(), move |views, which| {
            Box::pin(async move { views.page(&which, &query).await })
        });
        let Answered {
            answer, version, ..
        } = found.await?.ok_or(building::<P>())?;
        check_indexes::<P>(is_by_index, version)?;
        let documents = answer.documents.into_iter();
        let documents = documents.map(|(key, json)| Ok((key, decode(&json, version)?)));
        Ok(ViewPage {
            documents: documents.collect::<Result<_, ViewError>>()?,
            next: answer.next.map(PageCursor),
        })
    }

    /// Counts the documents, on all pages. Dropping the future is safe.
    ///
    /// # Errors
    /// [`ViewError`]; each variant says what to do.
    pub async fn count(self) -> Result<u64, ViewError> {
        let Self { core, query, .. } = self.stored()?;
        let is_by_index = query.range.is_some();
        let found = ask(&core, which::<P>(), move |views, which| {
            Box::pin(async move { views.count(&which, query.range.as_ref()).await })
        });
        let found = found.await?.ok_or(building::<P>())?;
        check_indexes::<P>(is_by_index, found.version)?;
        Ok(found.answer)
    }

    fn stored(self) -> Result<Self, ViewError> {
        match P::MODE {
            Mode::Live => Err(ViewError::Live {
                projection: P::NAME,
            }),
            _ => Ok(self),
        }
    }
}

fn which<P: Document>() -> Which {
    Which {
        projection: P::NAME.to_owned(),
        version: P::VERSION,
    }
}

fn building<P: Document>() -> ViewError {
    ViewError::Building {
        projection: P::NAME,
    }
}

/// The indexes of another version may be others.
fn check_indexes<P: Document>(is_by_index: bool, version: u32) -> Result<(), ViewError> {
    match is_by_index && version != P::VERSION {
        true => Err(building::<P>()),
        false => Ok(()),
    }
}

fn decode<P: Document>(json: &str, version: u32) -> Result<P, ViewError> {
    serde_json::from_str(json).map_err(|source| ViewError::Undecodable {
        projection: P::NAME,
        version,
        source,
    })
}

type Asking<'a, T> =
    std::pin::Pin<Box<dyn Future<Output = Result<Option<Answered<T>>, StoreError>> + Send + 'a>>;

/// Asks in a task of its own: whoever drops the future does not stop SQL half way.
async fn ask<T: Send + 'static>(
    core: &Core,
    which: Which,
    ask: impl for<'a> FnOnce(&'a dyn ViewStore, Which) -> Asking<'a, T> + Send + 'static,
) -> Result<Option<Answered<T>>, StoreError> {
    let store = Arc::clone(&core.store);
    let asking = core.runtime.spawn(async move {
        let views = store.views().ok_or_else(unsupported)?;
        ask(views, which).await
    });
    asking
        .await
        .unwrap_or_else(|gone| Err(StoreError::unavailable(gone)))
}
