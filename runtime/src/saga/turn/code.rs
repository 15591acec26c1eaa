//! What the code of a saga gives, and what it says.

use crate::dispatch::caught;
use crate::feed::said;
use crate::projection::HandlerError;
use crate::saga::Saga;
use crate::saga::call::AnyCall;
use crate::saga::error::SagaError;
use crate::saga::event::Json;
use crate::saga::graph::Made;

/// What is kept of what was said.
const SAID: usize = 2_000;

pub(super) fn read<S: Saga>(id: &str, state: Option<&Json>) -> Result<Option<S>, SagaError> {
    let Some(state) = state else {
        return Ok(None);
    };
    let read = caught(|| serde_json::from_str(state.get()).map_err(|error| error.to_string()));
    let read = read.unwrap_or_else(|panic| Err(format!("the code panicked: {panic}")));
    read.map(Some).map_err(|error| SagaError::Unreadable {
        id: id.to_owned(),
        error,
    })
}

pub(super) fn json<S: Saga>(saga: &S) -> Result<Json, String> {
    let json = caught(|| serde_json::value::to_raw_value(saga).map_err(|error| error.to_string()));
    let json = json.unwrap_or_else(|panic| Err(format!("the code panicked: {panic}")))?;
    // What is stored and cannot be read ends the saga.
    let read: Result<Option<S>, _> = read("", Some(&json));
    read.map_err(|error| error.to_string())?;
    Ok(json)
}

/// What code of the user's gave, or what it said.
pub(super) fn said_of<T>(run: impl FnOnce() -> Result<T, HandlerError>) -> Result<T, String> {
    match caught(run) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(said(&*error)),
        Err(panic) => Err(format!("the code panicked: {panic}")),
    }
}

pub(super) fn called(make: impl FnOnce() -> Made) -> Result<Option<AnyCall>, String> {
    said_of(make)
}

/// What was said, as text that every store keeps.
pub(super) fn cut(said: &str) -> String {
    let said = said.chars().take(SAID);
    said.map(|char| if char == '\0' { '\u{fffd}' } else { char })
        .collect()
}
