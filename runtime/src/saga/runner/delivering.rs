//! From events of the log to decisions of sagas.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::mpsc;
use tracing::warn;

use super::Stopped;
use crate::event::EventObject;
use crate::feed::{Batch, Decoded, FeedError};
use crate::saga::engine::{Because, Engine, Halt};
use crate::saga::error::SagaError;
use crate::saga::event::{SagaResumed, SagaUndoing};
use crate::saga::instance::{Definition, Input, Routed};
use crate::saga::{Saga, SagaRoot};

/// Finds the sagas that take an event of a batch.
pub(super) fn route<S: Saga>(
    definition: &Definition<S>,
    batch: &Arc<Batch>,
    index: usize,
    by_saga: &mut HashMap<String, Vec<Input>>,
) -> Result<(), String> {
    let Some(delivery) = batch.events.get(index) else {
        return Ok(());
    };
    let recorded = &delivery.recorded;
    let stream = &recorded.stream;
    let events = match &delivery.decoded {
        Decoded::Events(events) => events.as_slice(),
        Decoded::Foreign => return Ok(()),
        Decoded::Unreadable { name, error } => {
            let is_own = definition.subscriptions.may_want(stream.aggregate(), name);
            return if is_own { Err(error.clone()) } else { Ok(()) };
        }
    };
    if stream.aggregate() == <S as SagaRoot>::NAME {
        // Somebody has let it go on, perhaps in another process.
        let mut events = events.iter().map(|event| event.event().as_any());
        if events.any(|event| event.is::<SagaResumed>() || event.is::<SagaUndoing>()) {
            let inputs = by_saga.entry(stream.id().to_owned()).or_default();
            inputs.push(Input::Look);
        }
        return Ok(());
    }
    for (number, event) in events.iter().enumerate() {
        let event: &dyn EventObject = event.event();
        let Some(trigger) = definition.trigger(delivery, event) else {
            continue;
        };
        let Some(id) = trigger.id_of(event, recorded)? else {
            continue;
        };
        by_saga.entry(id).or_default().push(Input::Take(Routed {
            batch: Arc::clone(batch),
            delivery: index,
            event: number,
        }));
    }
    Ok(())
}

/// Gives a saga its events, one after the other; then says so, and goes on with the saga.
pub(super) async fn deliver<S: Saga>(
    engine: Arc<Engine<S>>,
    id: String,
    inputs: Vec<Input>,
    told: mpsc::Sender<Stopped>,
) {
    let mut progress = None;
    for input in inputs {
        let (because, position) = because(&input);
        match engine.advance(&id, input, because).await {
            Ok(now) => progress = Some(now),
            Err(Halt::Over) => return drop(told.send(Stopped::App).await),
            Err(Halt::Saga(error)) => {
                let stopped = Stopped::At {
                    position,
                    error: said(&id, &error),
                };
                return drop(told.send(stopped).await);
            }
        }
    }
    drop(told);
    if let Some(progress) = progress {
        engine.drive(&id, progress).await;
        if let Err(Halt::Saga(error)) = deferred(&engine, &id).await {
            warn!(saga = <S as SagaRoot>::NAME, id, %error, "a saga does not take an event that waits for it");
        }
    }
}

fn said(id: &str, error: &SagaError) -> String {
    format!(
        "the saga `{id}` does not take it: {}",
        crate::feed::said(error)
    )
}

fn because(input: &Input) -> (Because, u64) {
    match input {
        Input::Take(routed) => match routed.recorded() {
            Some(recorded) => {
                let because = Because {
                    correlation: recorded.meta.correlation.clone(),
                    causation: Some(recorded.meta.command_id.to_string()),
                    actor: recorded.meta.actor.clone(),
                };
                (because, recorded.position)
            }
            None => Default::default(),
        },
        _ => Default::default(),
    }
}

/// Gives a saga the events that waited until it went on.
pub(super) async fn deferred<S: Saga>(engine: &Arc<Engine<S>>, id: &str) -> Result<(), Halt> {
    loop {
        let progress = engine.advance(id, Input::Look, Because::default()).await?;
        let Some(position) = progress.deferred.front().copied() else {
            return Ok(());
        };
        if progress.stuck.is_some() {
            return Ok(());
        }
        let batch = engine.shared.feed.one(position).await;
        let unreachable = |error: FeedError| SagaError::Unreachable(error.to_string());
        let batch = batch.map_err(|error| Halt::Saga(unreachable(error)))?;
        let input = Input::Take(Routed {
            batch,
            delivery: 0,
            event: 0,
        });
        let (because, _) = because(&input);
        let after = engine.advance(id, input, because).await?;
        if after.deferred.front() == Some(&position) && after.stuck.is_none() {
            return Ok(());
        }
        engine.drive(id, after).await;
    }
}
