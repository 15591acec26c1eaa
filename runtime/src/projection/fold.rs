//! Folding events into documents.

use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::documents::{Documents, Held};
use super::route::{Routed, Step, Trouble, route};
use super::{Document, Then};
use crate::dispatch::caught;
use crate::feed::{Batch, Decoded};
use crate::source::Subscriptions;
use crate::store::StoreError;
use crate::store::views::{ParkedEvent, ViewBatch, ViewStore};

/// So many events are worth a second core.
const WORTH_A_TASK: usize = 512;

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
    partitions: Vec<Documents<P>>,
    count: usize,
    parking: Parking,
    dirty: usize,
}

impl<P: Document> Folder<P> {
    pub(crate) fn new(subscriptions: Arc<Subscriptions<P>>, partitions: usize) -> Self {
        let mut folder = Self {
            subscriptions,
            partitions: Vec::new(),
            count: partitions.max(1),
            parking: Parking::default(),
            dirty: 0,
        };
        folder.reset(HashSet::new());
        folder
    }

    /// Reads the documents that are wanted and not here.
    async fn fetch(
        &mut self,
        views: &dyn ViewStore,
        generation: u64,
        batch: &Batch,
        routed: &Routed,
    ) -> Result<(), FoldError> {
        for (documents, steps) in self.partitions.iter_mut().zip(&routed.0) {
            let mut missing: HashMap<&str, usize> = HashMap::new();
            for step in steps {
                if !documents.has(&step.key) {
                    missing.entry(&step.key).or_insert(step.delivery);
                }
            }
            if missing.is_empty() {
                continue;
            }
            let keys: Vec<_> = missing.keys().map(|key| (*key).to_owned()).collect();
            let read = views.documents(generation, &keys).await?;
            for (key, json) in keys.iter().zip(read) {
                let held = Held::read(json.as_deref()).map_err(|error| {
                    let position = missing
                        .get(key.as_str())
                        .and_then(|index| batch.events.get(*index));
                    Trouble {
                        position: position.map_or(0, |delivery| delivery.recorded.position),
                        key: Some(key.clone()),
                        error: format!("its document is not one of this version: {error}"),
                    }
                })?;
                documents.put(key.clone(), held);
            }
        }
        Ok(())
    }

    /// Takes the steps of parked keys out, and those that come after an event that a key is parked for.
    fn divert(&mut self, batch: &Batch, routed: &mut Routed) {
        let parking = &mut self.parking;
        if parking.keys.is_empty() && parking.due.is_empty() {
            return;
        }
        for steps in &mut routed.0 {
            steps.retain(|step| {
                let Some(delivery) = batch.events.get(step.delivery) else {
                    return true;
                };
                let position = delivery.recorded.position;
                let (error, attempts) = match parking.due.get(&step.key) {
                    Some((at, error, attempts)) if *at == position => {
                        (Some(error.clone()), *attempts)
                    }
                    _ if parking.keys.contains(&step.key) => (None, 0),
                    _ => return true,
                };
                // An event that was split has several steps, and is parked once.
                let mut same = parking.events.iter().rev();
                let mut same = same.by_ref().take_while(|last| last.position == position);
                if same.all(|last| last.key != step.key) {
                    self.dirty += 1;
                    parking.events.push(ParkedEvent {
                        key: step.key.clone(),
                        position,
                        error,
                        attempts,
                        request: None,
                    });
                }
                parking.keys.insert(step.key.clone());
                false
            });
        }
    }

    /// Folds each partition, on several cores if there is enough to do.
    async fn run(&mut self, batch: &Arc<Batch>, routed: Routed) -> Result<(), FoldError> {
        self.dirty += routed.steps();
        if routed.steps() < WORTH_A_TASK || self.partitions.len() < 2 {
            for (documents, steps) in self.partitions.iter_mut().zip(&routed.0) {
                take_all(&self.subscriptions, documents, batch, steps)?;
            }
            return Ok(());
        }
        let tasks: Vec<_> = self
            .partitions
            .drain(..)
            .zip(routed.0)
            .map(|(mut documents, steps)| {
                let (subscriptions, batch) = (Arc::clone(&self.subscriptions), Arc::clone(batch));
                tokio::task::spawn_blocking(move || {
                    let taken = take_all(&subscriptions, &mut documents, &batch, &steps);
                    (documents, taken)
                })
            })
            .collect();
        let mut first: Option<Trouble> = None;
        for task in tasks {
            let (documents, taken) = task.await.map_err(StoreError::unavailable)?;
            self.partitions.push(documents);
            first = match (first, taken.err()) {
                (Some(one), Some(other)) if other.position < one.position => Some(other),
                (one, other) => one.or(other),
            };
        }
        first.map_or(Ok(()), |trouble| Err(trouble.into()))
    }
}

/// # Errors
/// The first event that cannot be taken. The documents are then of no more use.
pub(super) fn take_all<P: Document>(
    subscriptions: &Subscriptions<P>,
    documents: &mut Documents<P>,
    batch: &Batch,
    steps: &[Step],
) -> Result<(), Trouble> {
    steps
        .iter()
        .try_for_each(|step| take(subscriptions, documents, batch, step))
}

fn take<P: Document>(
    subscriptions: &Subscriptions<P>,
    documents: &mut Documents<P>,
    batch: &Batch,
    step: &Step,
) -> Result<(), Trouble> {
    let (Some(delivery), Some(held)) = (batch.events.get(step.delivery), documents.get(&step.key))
    else {
        return Ok(());
    };
    let trouble = |error: String| Trouble::new(delivery, Some(&step.key), error);
    let events = match &delivery.decoded {
        Decoded::Events(events) => events.as_slice(),
        Decoded::Foreign => return Ok(()),
        Decoded::Unreadable(error) => return Err(trouble(error.clone())),
    };
    let recorded = &delivery.recorded;
    let Some(event) = step.event.and_then(|number| events.get(number)) else {
        return Ok(());
    };
    let event = event.event();
    let handler = subscriptions.handler(recorded.stream.aggregate(), event.as_any().type_id());
    let Some(fold) = handler.and_then(|handler| handler.fold.as_ref()) else {
        return Ok(());
    };
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
            let mut routed = route(&self.subscriptions, batch, range, self.partitions.len())?;
            self.divert(batch, &mut routed);
            self.fetch(views, generation, batch, &routed).await?;
            self.run(batch, routed).await
        })
    }

    fn write<'a>(&'a mut self, batch: &'a mut ViewBatch) -> Folding<'a, ()> {
        Box::pin(async move {
            for documents in &mut self.partitions {
                let written = documents.write(batch);
                written.map_err(|(position, key, error)| Trouble {
                    position,
                    key: Some(key),
                    error,
                })?;
                documents.shrink();
            }
            batch.parked.append(&mut self.parking.events);
            self.dirty = 0;
            Ok(())
        })
    }

    fn reset(&mut self, parked: HashSet<String>) {
        // Some may be missing, if a task was lost.
        let one = |_| Documents::one_of(self.count);
        self.partitions = (0..self.count).map(one).collect();
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
            let mut routed = route(&self.subscriptions, batch, all, self.partitions.len())?;
            for steps in &mut routed.0 {
                steps.retain(|step| step.key == key);
            }
            self.fetch(views, generation, batch, &routed).await?;
            self.run(batch, routed).await
        })
    }

    fn parked(&self) -> usize {
        self.parking.keys.len()
    }

    fn dirty(&self) -> usize {
        self.dirty
    }
}
