//! The names of streams.

use std::fmt;
use std::sync::Arc;

use thiserror::Error;

/// How many bytes of UTF-8 an id, a correlation, a causation or an actor may have.
pub const MAX_TEXT_BYTES: usize = 512;

/// The name of a stream: the name of an aggregate, a `/`, the id of an instance.
///
/// The name of an aggregate holds no `/`, so that the first one separates, whatever the id holds.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StreamName {
    text: Arc<str>,
    slash: u8,
}

impl StreamName {
    /// Puts a name together.
    ///
    /// # Errors
    /// [`InvalidId`] if the aggregate's name has other characters than ASCII letters, digits, `_`, `-` and `.`, or
    /// more than 100 of them, or none; or if the id is empty, has more than [`MAX_TEXT_BYTES`] bytes, or holds a
    /// control character.
    pub fn new(aggregate: &str, id: &str) -> Result<Self, InvalidId> {
        let slash = check_parts(aggregate, id)?;
        let mut text = String::with_capacity(aggregate.len() + 1 + id.len());
        text.push_str(aggregate);
        text.push('/');
        text.push_str(id);
        Ok(Self {
            text: text.into(),
            slash,
        })
    }

    /// Reads a name back from its text.
    ///
    /// # Errors
    /// [`InvalidId`] if [`new`](Self::new) would not have made it.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        let (aggregate, id) = text.split_once('/').ok_or(InvalidId::Aggregate)?;
        let slash = check_parts(aggregate, id)?;
        let text = text.into();
        Ok(Self { text, slash })
    }

    /// The whole text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The whole text, without a copy.
    #[cfg(feature = "sqlite")]
    pub(crate) fn shared(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// The name of the aggregate.
    #[must_use]
    pub fn aggregate(&self) -> &str {
        self.text.get(..usize::from(self.slash)).unwrap_or_default()
    }

    /// The id of the instance.
    #[must_use]
    pub fn id(&self) -> &str {
        self.text
            .get(usize::from(self.slash) + 1..)
            .unwrap_or_default()
    }
}

impl fmt::Debug for StreamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.text, f)
    }
}

impl fmt::Display for StreamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Where the slash is between the two.
fn check_parts(aggregate: &str, id: &str) -> Result<u8, InvalidId> {
    let named = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    let slash = match u8::try_from(aggregate.len()) {
        Ok(length @ 1..=100) if aggregate.bytes().all(named) => length,
        _ => return Err(InvalidId::Aggregate),
    };
    check_text(id)?;
    Ok(slash)
}

/// Checks a text that comes from outside: an id, a correlation, a causation, an actor.
pub(crate) fn check_text(text: &str) -> Result<(), InvalidId> {
    if text.is_empty() {
        Err(InvalidId::Empty)
    } else if text.len() > MAX_TEXT_BYTES {
        Err(InvalidId::TooLong { bytes: text.len() })
    } else if has_control(text) {
        Err(InvalidId::Control)
    } else {
        Ok(())
    }
}

fn has_control(text: &str) -> bool {
    // Most texts are ASCII, and need not be decoded.
    match text.is_ascii() {
        true => text.bytes().any(|byte| byte.is_ascii_control()),
        false => text.chars().any(char::is_control),
    }
}

/// A text that cannot be an id, a correlation, a causation or an actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvalidId {
    /// There is no text. Give at least one character.
    #[error("it is empty")]
    Empty,
    /// It is too long. Store a hash or a shorter key.
    #[error("it has {bytes} bytes, at most {MAX_TEXT_BYTES} are taken")]
    TooLong {
        /// How many bytes of UTF-8 it has.
        bytes: usize,
    },
    /// It holds a control character, such as NUL or a line feed. Leave it out or escape it.
    #[error("it holds a control character")]
    Control,
    /// The aggregate's name has other characters than ASCII letters, digits, `_`, `-` and `.`, or more than 100 of
    /// them, or none. Correct [`AggregateRoot::NAME`](crate::AggregateRoot::NAME).
    #[error("the aggregate's name is not made of 1 to 100 letters, digits, `_`, `-` and `.`")]
    Aggregate,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_slash_separates() {
        let name = StreamName::new("Account", "a/b/🙂").unwrap();
        assert_eq!((name.aggregate(), name.id()), ("Account", "a/b/🙂"));
        assert_eq!(StreamName::parse(name.as_str()).unwrap(), name);
    }

    #[test]
    fn what_no_store_could_keep_exactly_is_refused() {
        let error = |id: &str| StreamName::new("Account", id).unwrap_err();
        assert_eq!(error(""), InvalidId::Empty);
        assert_eq!(error("a\0b"), InvalidId::Control);
        assert_eq!(error("a\u{85}b"), InvalidId::Control);
        assert_eq!(error(&"x".repeat(513)), InvalidId::TooLong { bytes: 513 });
        assert_eq!(
            StreamName::new("a/b", "c").unwrap_err(),
            InvalidId::Aggregate
        );
        assert!(StreamName::new("Account", &"x".repeat(512)).is_ok());
    }
}
