//! Folding a document when somebody asks for it.

use std::sync::Arc;

use super::App;
use super::views::ViewError;
use crate::dispatch::{Core, caught};
use crate::event::{Encoded, Recorded};
use crate::feed::said;
use crate::projection::{Document, Folded, Live, Then};
use crate::source::{Decode, Subscriptions};
use crate::store::{PageLimit, StoreError, StoredEvent, StreamName};

/// Folds the events of the aggregate with this id, those that came since the last time.
pub(super) async fn fold<P: Document>(app: &App, id: &str) -> Result<Option<P>, ViewError> {
    let (core, live, id) = (Arc::clone(&app.core), Arc::clone(&app.live), id.to_owned());
    let runtime = core.runtime.clone();
    // In a task of its own: whoever drops the future does not stop SQL half way.
    let folding = runtime.spawn(async move { fold_now(&core, &live, &id).await });
    folding
        .await
        .unwrap_or_else(|gone| Err(StoreError::unavailable(gone).into()))
}

async fn fold_now<P: Document>(core: &Core, live: &Live, id: &str) -> Result<Option<P>, ViewError> {
    let subscriptions = live.subscriptions::<P>();
    let mut aggregates = subscriptions.aggregates.iter();
    let (Some((aggregate, of)), None) = (aggregates.next(), aggregates.next()) else {
        let error = "a live projection is of one aggregate: write `of(..)` with one in it";
        return Err(StoreError::failed(error).into());
    };
    let stream = StreamName::new(aggregate, id)?;
    let before = live.get::<P>(id);
    // What does not come back from JSON as it was is folded from its beginning, each time.
    let kept = before
        .as_ref()
        .and_then(|before| Some((before.version, read(before)?)));
    let (mut version, mut document): (u64, Option<P>) = kept.unwrap_or_default();
    loop {
        let page = core
            .store
            .read_stream(&stream, version, PageLimit::default())
            .await?;
        for stored in &page.events {
            let taken = take(&subscriptions, of.decode, &mut document, stored);
            taken.map_err(|message| ViewError::Fold {
                projection: P::NAME,
                position: stored.position,
                message,
            })?;
            version = stored.version;
        }
        if page.is_last() {
            break;
        }
    }
    if before.is_none_or(|before| before.version < version) {
        let json = document
            .as_ref()
            .and_then(|document| serde_json::to_string(document).ok());
        if document.is_some() == json.is_some() {
            let json = json.map(Into::into);
            live.put::<P>(id, Folded { version, json });
        }
    }
    Ok(document)
}

/// `None` if what is kept does not decode.
fn read<P: Document>(kept: &Folded) -> Option<Option<P>> {
    let json = kept.json.as_deref();
    json.map(serde_json::from_str).transpose().ok()
}

/// # Errors
/// What was said of the event.
fn take<P: Document>(
    subscriptions: &Subscriptions<P>,
    decode: Decode,
    document: &mut Option<P>,
    stored: &StoredEvent,
) -> Result<(), String> {
    let encoded = Encoded {
        name: &stored.name,
        version: stored.schema,
        json: &stored.json,
    };
    let events = caught(|| decode(encoded))?.map_err(|error| said(&error))?;
    let (stream, meta) = (stored.stream.clone(), stored.meta.clone());
    let recorded = Recorded::new((), stream, stored.version, stored.position, meta);
    for event in events.as_slice() {
        let event = event.event();
        let kind = event.as_any().type_id();
        let handler = subscriptions.handler(stored.stream.aggregate(), kind);
        let Some(fold) = handler.and_then(|handler| handler.fold.as_ref()) else {
            continue;
        };
        let then = caught(|| {
            let document = document.get_or_insert_with(P::default);
            fold(document, event, &recorded, stored.stream.id())
        })?;
        if then.map_err(|error| said(&*error))? == Then::Delete {
            *document = None;
        }
    }
    Ok(())
}
