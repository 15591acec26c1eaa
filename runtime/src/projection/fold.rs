//! Folding events into documents.

use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::documents::{Documents, Held};
use super::route::{Step, Taken, Trouble, route};
use super::{Document, Then};
use crate::dispatch::caught;
use crate::feed::Batch;
use crate::source::Subscriptions;
use crate::store::StoreError;
use crate::store::views::{ParkedEvent, ViewBatch, ViewStore};

/// Why a batch is not folded.
#[derive(Debug)]
pub(crate) enum FoldError {
    Trouble(Trouble),
    Store(StoreError),
}

impl From<StoreError> for FoldError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Trouble> for FoldError {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

pub(super) type Folding<'a, T> = Pin<Box<dyn Future<Output = Result<T, FoldError>> + Send + 'a>>;

/// The documents of a generation, of whatever type they are.
pub(crate) trait Fold: Send + Sync {
    /// Folds the events of a batch whose position is above the first and at most the second of `range`. After an error, only
    /// [`reset`](Self::reset) makes sense of what is in memory.
    fn fold<'a>(
        &'a mut self,
        views: &'a dyn ViewStore,
        generation: u64,
        batch: &'a Arc<Batch>,
        range: (u64, u64),
    ) -> Folding<'a, ()>;

    /// Puts all that changed since the last time into a batch.
    fn write<'a>(&'a mut self, batch: &'a mut ViewBatch) -> Folding<'a, ()>;

    /// Writes a batch, and gives the position that the generation has then: there may be more to write behind it. `None` if
    /// somebody else has the generation.
    fn commit<'a>(
        &'a mut self,
        views: &'a dyn ViewStore,
        batch: &'a ViewBatch,
    ) -> Folding<'a, Option<u64>> {
        Box::pin(async move { Ok(views.write(batch).await?.then_some(batch.to)) })
    }

    /// Forgets all that is in memory; these keys are parked.
    fn reset(&mut self, parked: HashSet<String>);

    /// Parks this key once the event comes that is in its way.
    fn park(&mut self, trouble: &Trouble, attempts: u32);

    /// Folds parked events of one key, up to the first that it does not take.
    fn unpark<'a>(
        &'a mut self,
        views: &'a dyn ViewStore,
        generation: u64,
        key: &'a str,
        batch: &'a Arc<Batch>,
    ) -> Folding<'a, ()>;

    /// How many keys are parked.
    fn parked(&self) -> usize;

    /// About how much has to be written.
    fn dirty(&self) -> usize;
}

/// What is parked, and what is about to be.
#[derive(Default)]
struct Parking {
    keys: HashSet<String>,
    /// By key: the position that it stops at, what was said of it, and how often it was tried.
    due: HashMap<String, (u64, String, u32)>,
    /// To be written.
    events: Vec<ParkedEvent>,
}

pub(crate) struct Folder<P: Document> {
    subscriptions: Arc<Subscriptions<P>>,
    documents: Documents<P>,
    parking: Parking,
    dirty: usize,
}

impl<P: Document> Folder<P> {
    pub(crate) fn new(subscriptions: Arc<Subscriptions<P>>) -> Self {
        Self {
            subscriptions,
            documents: Documents::default(),
            parking: Parking::default(),
            dirty: 0,
        }
    }

    /// Reads the documents that are wanted and not here.
    async fn fetch(
        &mut self,
        views: &dyn ViewStore,
        generation: u64,
        steps: &[Step<'_, P>],
    ) -> Result<(), FoldError> {
        let mut missing: HashMap<&str, u64> = HashMap::new();
        for step in steps {
            if !self.documents.has(&step.key) {
                let position = step.delivery.recorded.position;
                missing.entry(&step.key).or_insert(position);
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        let (keys, positions): (Vec<_>, Vec<_>) = missing
            .into_iter()
            .map(|(key, position)| (key.to_owned(), position))
            .unzip();
        let read = views.documents(generation, &keys).await?;
        for ((key, position), json) in keys.into_iter().zip(positions).zip(read) {
            let held = Held::read(json.as_deref()).map_err(|error| Trouble {
                position,
                key: Some(key.clone()),
                error: format!("its document is not one of this version: {error}"),
            })?;
            self.documents.put(key, held);
        }
        Ok(())
    }

    /// Takes the steps of parked keys out, and those that come after an event that a key is parked for.
    fn divert(&mut self, steps: &mut Vec<Step<'_, P>>) {
        let parking = &mut self.parking;
        if parking.keys.is_empty() && parking.due.is_empty() {
            return;
        }
        steps.retain(|step| {
            let position = step.delivery.recorded.position;
            let (error, attempts) = match parking.due.get(&*step.key) {
                Some((at, error, attempts)) if *at == position => (Some(error.clone()), *attempts),
                _ if parking.keys.contains(&*step.key) => (None, 0),
                _ => return true,
            };
            // An event that was split has several steps, and is parked once.
            let mut same = parking.events.iter().rev();
            let mut same = same.by_ref().take_while(|last| last.position == position);
            if same.all(|last| last.key != step.key) {
                self.dirty += 1;
                parking.events.push(ParkedEvent {
                    key: step.key.clone().into_owned(),
                    position,
                    error,
                    attempts,
                    request: None,
                });
            }
            parking.keys.insert(step.key.clone().into_owned());
            false
        });
    }

    fn run(&mut self, steps: &[Step<'_, P>]) -> Result<(), Trouble> {
        self.dirty += steps.len();
        take_all(&mut self.documents, steps)
    }
}

/// # Errors
/// The first event that cannot be taken. The documents are then of no more use.
pub(super) fn take_all<P: Document>(
    documents: &mut Documents<P>,
    steps: &[Step<'_, P>],
) -> Result<(), Trouble> {
    steps.iter().try_for_each(|step| take(documents, step))
}

fn take<P: Document>(documents: &mut Documents<P>, step: &Step<'_, P>) -> Result<(), Trouble> {
    let trouble = |error: String| Trouble::new(step.delivery, Some(&step.key), error);
    let (handler, event) = match step.taken {
        Taken::By(handler, event) => (handler, event.event()),
        Taken::Not(error) => return Err(trouble(error.to_owned())),
    };
    let (Some(held), Some(fold)) = (documents.get(&step.key), &handler.fold) else {
        return Ok(());
    };
    let recorded = &step.delivery.recorded;
    held.change(recorded.position);
    let document = &mut held.document;
    let folded = caught(|| {
        let document = document.get_or_insert_with(P::default);
        fold(document, event, recorded, &step.key)
    });
    match folded {
        Ok(Ok(Then::Keep)) => Ok(()),
        Ok(Ok(Then::Delete)) => {
            held.document = None;
            Ok(())
        }
        Ok(Err(error)) => Err(trouble(crate::feed::said(&*error))),
        Err(panic) => Err(trouble(format!("the code panicked: {panic}"))),
    }
}

impl<P: Document> Fold for Folder<P> {
    fn fold<'a>(
        &'a mut self,
        views: &'a dyn ViewStore,
        generation: u64,
        batch: &'a Arc<Batch>,
        range: (u64, u64),
    ) -> Folding<'a, ()> {
        Box::pin(async move {
            let subscriptions = Arc::clone(&self.subscriptions);
            let mut steps = route(&subscriptions, batch, range)?;
            self.divert(&mut steps);
            self.fetch(views, generation, &steps).await?;
            Ok(self.run(&steps)?)
        })
    }

    fn write<'a>(&'a mut self, batch: &'a mut ViewBatch) -> Folding<'a, ()> {
        Box::pin(async move {
            let written = self.documents.write(batch);
            written.map_err(|(position, key, error)| Trouble {
                position,
                key: Some(key),
                error,
            })?;
            self.documents.shrink();
            batch.parked.append(&mut self.parking.events);
            self.dirty = 0;
            Ok(())
        })
    }

    fn reset(&mut self, parked: HashSet<String>) {
        self.documents = Documents::default();
        self.parking.keys = parked;
        self.parking.events.clear();
        self.dirty = 0;
    }

    fn park(&mut self, trouble: &Trouble, attempts: u32) {
        if let Some(key) = &trouble.key {
            let due = (trouble.position, trouble.said(), attempts);
            self.parking.due.insert(key.clone(), due);
        }
    }

    fn unpark<'a>(
        &'a mut self,
        views: &'a dyn ViewStore,
        generation: u64,
        key: &'a str,
        batch: &'a Arc<Batch>,
    ) -> Folding<'a, ()> {
        Box::pin(async move {
            let all = (0, u64::MAX);
            let subscriptions = Arc::clone(&self.subscriptions);
            let mut steps = route(&subscriptions, batch, all)?;
            steps.retain(|step| step.key == key);
            self.fetch(views, generation, &steps).await?;
            Ok(self.run(&steps)?)
        })
    }

    fn parked(&self) -> usize {
        self.parking.keys.len()
    }

    fn dirty(&self) -> usize {
        self.dirty
    }
}
