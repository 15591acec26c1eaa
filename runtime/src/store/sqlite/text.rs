//! Taking the text of a page apart.

use std::str::FromStr;

use uuid::Uuid;

use crate::event::Meta;
use crate::store::sql::interned::Interned;
use crate::store::{LogEvent, StoreError, StreamName};
use crate::time::Timestamp;

/// What is left of a page.
pub(super) struct Text<'a> {
    rest: &'a str,
    streams: Interned,
}

impl<'a> Text<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            rest: text,
            streams: Interned::default(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn event(&mut self) -> Result<LogEvent<'a>, StoreError> {
        let (position, version) = (self.number()?, self.number()?);
        let (schema, micros) = (self.number()?, self.number()?);
        let command_id = Uuid::try_parse(self.word()?).map_err(|_| damaged())?;
        let [stream, name, json] = [self.length()?, self.length()?, self.length()?];
        let [correlation, causation, actor] = [self.length()?, self.length()?, self.length()?];
        Ok(LogEvent {
            position,
            stream: self.stream(stream)?,
            version,
            name: self.text(name)?.ok_or_else(damaged)?,
            schema,
            json: self.text(json)?.ok_or_else(damaged)?,
            meta: Meta {
                command_id,
                time: Timestamp::from_micros(micros),
                correlation: self.text(correlation)?.map(str::to_owned),
                causation: self.text(causation)?.map(str::to_owned),
                actor: self.text(actor)?.map(str::to_owned),
            },
        })
    }

    /// Up to the next space.
    fn word(&mut self) -> Result<&'a str, StoreError> {
        // Words are shorter than what a search by larger steps is good for.
        let end = self.rest.bytes().position(|byte| byte == b' ');
        let word = self.take(end.ok_or_else(damaged)?)?;
        self.take(1)?;
        Ok(word)
    }

    fn number<T: FromStr>(&mut self) -> Result<T, StoreError> {
        self.word()?.parse().map_err(|_| damaged())
    }

    /// `None` for a text that is not there.
    fn length(&mut self) -> Result<Option<usize>, StoreError> {
        match self.word()? {
            "" => Ok(None),
            bytes => bytes.parse().map(Some).map_err(|_| damaged()),
        }
    }

    fn take(&mut self, bytes: usize) -> Result<&'a str, StoreError> {
        let (text, rest) = self.rest.split_at_checked(bytes).ok_or_else(damaged)?;
        self.rest = rest;
        Ok(text)
    }

    fn text(&mut self, length: Option<usize>) -> Result<Option<&'a str>, StoreError> {
        length.map(|bytes| self.take(bytes)).transpose()
    }

    fn stream(&mut self, length: Option<usize>) -> Result<StreamName, StoreError> {
        let name = self.take(length.ok_or_else(damaged)?)?;
        self.streams.name(name)
    }
}

fn damaged() -> StoreError {
    StoreError::Corrupt("an event cannot be read".to_owned())
}
