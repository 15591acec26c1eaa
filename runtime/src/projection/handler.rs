//! How a document takes an event.

use super::key::Keys;
use super::then::{HandlerError, IntoThen, Then};
use crate::event::{Event, EventObject, Recorded};

type Fold<P> = Box<
    dyn Fn(&mut P, &dyn EventObject, &Recorded, &str) -> Result<Then, HandlerError> + Send + Sync,
>;
type KeysOf = Box<dyn Fn(&dyn EventObject, &Recorded) -> Result<Keys, HandlerError> + Send + Sync>;

/// How documents of a projection take one type of event.
pub struct DocumentHandler<P> {
    /// `None` if the event is ignored.
    pub(crate) fold: Option<Fold<P>>,
    /// `None` if the key is the id of the aggregate.
    pub(crate) keys: Option<KeysOf>,
}

impl<P> DocumentHandler<P> {
    /// Folds the event into the document whose key is the id of the aggregate.
    ///
    /// What folds it gets the document, the event, what was recorded with it, and the key of the document.
    pub fn fold<E: Event, T: IntoThen>(
        fold: impl Fn(&mut P, &E, &Recorded, &str) -> T + Send + Sync + 'static,
    ) -> Self {
        Self {
            fold: Some(Box::new(move |document, event, recorded, key| match event
                .as_any()
                .downcast_ref()
            {
                Some(event) => fold(document, event, recorded, key).into_then(),
                None => Err("the handler is of another event".into()),
            })),
            keys: None,
        }
    }

    /// Folds it into the documents of these keys instead.
    #[must_use]
    pub fn keyed<E: Event>(
        self,
        keys: impl Fn(&E, &Recorded) -> Keys + Send + Sync + 'static,
    ) -> Self {
        let keys: KeysOf = Box::new(move |event, recorded| match event.as_any().downcast_ref() {
            Some(event) => Ok(keys(event, recorded)),
            None => Err("the keys are of another event".into()),
        });
        Self {
            keys: Some(keys),
            ..self
        }
    }

    /// Does nothing with the event.
    #[must_use]
    pub fn ignore() -> Self {
        Self {
            fold: None,
            keys: None,
        }
    }
}
