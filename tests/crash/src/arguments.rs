//! What stands on the command line: `--name value`, any number of times.

use std::collections::HashMap;
use std::str::FromStr;

use crate::Failure;

/// The values by name.
#[derive(Debug, Default)]
pub struct Arguments(HashMap<String, String>);

impl Arguments {
    /// Takes the words apart.
    ///
    /// # Errors
    /// If a name has no value, or none of these names.
    pub fn parse(words: impl IntoIterator<Item = String>, known: &[&str]) -> Result<Self, Failure> {
        let mut words = words.into_iter();
        let mut values = HashMap::new();
        while let Some(word) = words.next() {
            let name = word.strip_prefix("--").unwrap_or_default();
            if !known.contains(&name) {
                return Err(
                    format!("`{word}` is unknown; known are --{}", known.join(", --")).into(),
                );
            }
            let value = words.next().ok_or_else(|| format!("{word} has no value"))?;
            values.insert(name.to_owned(), value);
        }
        Ok(Self(values))
    }

    /// Whether the name was given.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The value of this name, if it was given.
    ///
    /// # Errors
    /// If it does not parse.
    pub fn get<T: FromStr>(&self, name: &str) -> Result<Option<T>, Failure>
    where
        T::Err: Into<Failure>,
    {
        let value = self.0.get(name).map(|value| value.parse());
        value.transpose().map_err(Into::into)
    }

    /// The value of this name.
    ///
    /// # Errors
    /// If it was not given, or does not parse.
    pub fn required<T: FromStr>(&self, name: &str) -> Result<T, Failure>
    where
        T::Err: Into<Failure>,
    {
        self.get(name)?
            .ok_or_else(|| format!("--{name} is missing").into())
    }
}
