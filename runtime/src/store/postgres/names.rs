//! The names of the tables: the only words of ours in SQL that somebody else chooses.

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use crate::fnv;
use crate::store::StoreError;

/// What PostgreSQL keeps of a name; it cuts off the rest without an error.
const MAX_BYTES: usize = 63;
/// What stands behind the prefix has at most so many, and what PostgreSQL makes of it for keys.
const ROOM: usize = 32;

/// The schema that the tables are in, and how their names begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Names {
    schema: String,
    prefix: String,
}

impl Default for Names {
    fn default() -> Self {
        Self {
            schema: "public".to_owned(),
            prefix: "gesta_".to_owned(),
        }
    }
}

impl Names {
    pub(super) fn set_schema(&mut self, schema: impl Into<String>) {
        self.schema = schema.into();
    }

    pub(super) fn set_prefix(&mut self, prefix: impl Into<String>) {
        self.prefix = prefix.into();
    }

    pub(super) fn schema(&self) -> &str {
        &self.schema
    }

    /// Refuses what would have to be escaped, or that PostgreSQL would cut off.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        check("schema", &self.schema, MAX_BYTES)?;
        check("table prefix", &self.prefix, MAX_BYTES - ROOM)
    }

    /// Writes the tables' names into SQL that calls them `gesta.events`, `gesta.commands` and so on.
    pub(super) fn sql(&self, sql: &str) -> String {
        let mut parts = sql.split("gesta.");
        let mut text = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let end = part.find(|char: char| !char.is_ascii_lowercase());
            let (table, rest) = part.split_at(end.unwrap_or(part.len()));
            text.push_str(&self.name(table));
            text.push_str(rest);
        }
        text
    }

    /// The same, to be used again and again.
    pub(super) fn statement(&self, sql: &str) -> SqlStr {
        // Constants, and names that were checked.
        AssertSqlSafe(self.sql(sql)).into_sql_str()
    }

    /// What appends are announced under: a name of 63 bytes at most, too.
    pub(super) fn channel(&self) -> String {
        format!("gesta_{:016x}", fnv::hash(self.name("log").bytes()))
    }

    /// The name of one table, quoted.
    pub(super) fn name(&self, table: &str) -> String {
        let Self { schema, prefix } = self;
        format!(r#""{schema}"."{prefix}{table}""#)
    }
}

fn check(what: &'static str, name: &str, most: usize) -> Result<(), StoreError> {
    let reason = if name.is_empty() {
        "it is empty".to_owned()
    } else if name.len() > most {
        format!("it has {} bytes, at most {most} are taken", name.len())
    } else if !name.starts_with(|char: char| char.is_ascii_lowercase() || char == '_') {
        "it does not begin with a letter from a to z or `_`".to_owned()
    } else if !name.bytes().all(is_named) {
        "it has other characters than a to z, 0 to 9 and `_`".to_owned()
    } else {
        return Ok(());
    };
    let name = name.to_owned();
    Err(StoreError::Name { what, name, reason })
}

/// Of what no name needs quotes, in whatever tool it is typed.
fn is_named(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(schema: &str, prefix: &str) -> Names {
        let (schema, prefix) = (schema.to_owned(), prefix.to_owned());
        Names { schema, prefix }
    }

    #[test]
    fn names_are_written_into_sql() {
        let names = named("bank", "es_");
        assert_eq!(
            names.sql("SELECT e.name FROM gesta.events AS e, gesta.log"),
            r#"SELECT e.name FROM "bank"."es_events" AS e, "bank"."es_log""#
        );
    }

    #[test]
    fn hostile_names_are_refused() {
        assert!(Names::default().check().is_ok());
        assert!(named(&"s".repeat(63), &"p".repeat(31)).check().is_ok());
        let long = "p".repeat(32);
        for name in [
            "", "Bank", "1st", "a-b", "a b", r#"a"b"#, "a;--", "ä", "a\0", "a.b",
        ] {
            assert!(named(name, "gesta_").check().is_err(), "schema {name:?}");
            assert!(named("bank", name).check().is_err(), "prefix {name:?}");
        }
        assert!(named("bank", &long).check().is_err());
    }
}
