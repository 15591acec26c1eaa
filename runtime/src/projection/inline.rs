//! Folding events in the transaction that appends them.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::Document;
use super::documents::{Documents, Held};
use super::fold::take_all;
use super::route::{Trouble, route};
use crate::feed::{Batch, Decoders};
use crate::source::Subscriptions;
use crate::store::views::{Inline, InlineFold, ViewBatch, Which};
use crate::store::{StoreError, StoredEvent};

/// Every event of a batch.
const ALL: (u64, u64) = (0, u64::MAX);

/// A projection that is folded in the append, of whatever type it is.
pub(crate) trait Inlined: Send + Sync {
    fn begin(&self, name: &str, batch: Batch) -> Result<Box<dyn InlineFold>, StoreError>;
}

pub(super) struct InlineDocuments<P: Document>(pub(super) Arc<Subscriptions<P>>);

/// All of them, as the store wants them.
pub(crate) struct InlineProjections {
    which: Vec<Which>,
    inlined: Vec<Arc<dyn Inlined>>,
    decoders: Arc<Decoders>,
}

impl InlineProjections {
    /// `None` if there is none.
    pub(crate) fn of(
        of: Vec<(Which, Arc<dyn Inlined>)>,
        decoders: &Arc<Decoders>,
    ) -> Option<Arc<dyn Inline>> {
        let (which, inlined): (Vec<_>, Vec<_>) = of.into_iter().unzip();
        (!which.is_empty()).then(|| {
            Arc::new(Self {
                which,
                inlined,
                decoders: Arc::clone(decoders),
            }) as Arc<dyn Inline>
        })
    }
}

impl Inline for InlineProjections {
    fn projections(&self) -> &[Which] {
        &self.which
    }

    fn begin(
        &self,
        projection: usize,
        events: Vec<StoredEvent>,
    ) -> Result<Box<dyn InlineFold>, StoreError> {
        let batch = Batch {
            last: events.last().map_or(0, |last| last.position),
            events: self.decoders.decode(events),
            more: false,
            bytes: 0,
        };
        let found = self.which.get(projection).zip(self.inlined.get(projection));
        let Some((which, inlined)) = found else {
            return Err(StoreError::failed("there is no such inline projection"));
        };
        inlined.begin(&which.projection, batch)
    }
}

impl<P: Document> Inlined for InlineDocuments<P> {
    fn begin(&self, name: &str, batch: Batch) -> Result<Box<dyn InlineFold>, StoreError> {
        let steps = route(&self.0, &batch, ALL).map_err(|trouble| refusal(name, trouble))?;
        let keys: BTreeSet<_> = steps.into_iter().map(|step| step.key).collect();
        Ok(Box::new(Begun {
            name: name.to_owned(),
            subscriptions: Arc::clone(&self.0),
            keys: keys.into_iter().map(Cow::into_owned).collect(),
            batch,
        }))
    }
}

struct Begun<P: Document> {
    name: String,
    subscriptions: Arc<Subscriptions<P>>,
    batch: Batch,
    keys: Vec<String>,
}

impl<P: Document> InlineFold for Begun<P> {
    fn keys(&self) -> &[String] {
        &self.keys
    }

    fn fold(self: Box<Self>, stored: Vec<Option<String>>) -> Result<ViewBatch, StoreError> {
        let refused = |trouble| refusal(&self.name, trouble);
        let trouble = |key: &str, error: String| Trouble {
            position: self.batch.last,
            key: Some(key.to_owned()),
            error,
        };
        let mut documents = Documents::<P>::default();
        for (key, json) in self.keys.iter().zip(stored) {
            let held = Held::read(json.as_deref());
            let held = held.map_err(|error| refused(trouble(key, error)))?;
            documents.put(key.clone(), held);
        }
        let steps = route(&self.subscriptions, &self.batch, ALL).map_err(refused)?;
        take_all(&mut documents, &steps).map_err(refused)?;
        let mut batch = ViewBatch {
            to: self.batch.last,
            ..ViewBatch::default()
        };
        let written = documents.write(&mut batch);
        written.map_err(|(_, key, error)| refused(trouble(&key, error)))?;
        Ok(batch)
    }
}

fn refusal(projection: &str, trouble: Trouble) -> StoreError {
    StoreError::Inline {
        projection: projection.to_owned(),
        position: trouble.position,
        message: trouble.error,
    }
}
