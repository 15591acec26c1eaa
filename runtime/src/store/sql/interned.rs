//! Names of streams in a page, each made once: most streams have several events in it.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::hash::{Hash, Hasher};

use hashlink::DefaultHashBuilder;

use crate::store::{StoreError, StreamName};

/// The names that were met.
#[derive(Default)]
pub(in crate::store) struct Interned(HashSet<ByText, DefaultHashBuilder>);

impl Interned {
    pub(in crate::store) fn name(&mut self, text: &str) -> Result<StreamName, StoreError> {
        if let Some(ByText(name)) = self.0.get(text) {
            return Ok(name.clone());
        }
        let name = StreamName::parse(text).map_err(|error| {
            StoreError::Corrupt(format!("the name of a stream is not one: {error}"))
        })?;
        self.0.insert(ByText(name.clone()));
        Ok(name)
    }
}

/// A name that is looked up by its text.
struct ByText(StreamName);

impl Borrow<str> for ByText {
    fn borrow(&self) -> &str {
        self.0.as_str()
    }
}

impl Hash for ByText {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.as_str().hash(state);
    }
}

impl PartialEq for ByText {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

impl Eq for ByText {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_made_once() {
        let mut names = Interned::default();
        let first = names.name("Account/a").unwrap();
        names.name("Account/b").unwrap();
        let again = names.name("Account/a").unwrap();
        assert_eq!(first.as_str().as_ptr(), again.as_str().as_ptr());
        assert!(matches!(
            names.name("no slash"),
            Err(StoreError::Corrupt(_))
        ));
    }
}
