//! What stands in an address after `sqlite:`.

use crate::store::StoreError;

use super::{Durability, SqliteBuilder};

const DURABILITY: &str = "durability";

pub(super) fn parse(rest: &str) -> Result<SqliteBuilder, StoreError> {
    let (path, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let path = path.strip_prefix("//").unwrap_or(path);
    if path.is_empty() {
        return Err(refused("it has no path; write `sqlite:bank.db`".to_owned()));
    }
    if path == ":memory:" {
        return Err(refused("for a store in memory write `memory:`".to_owned()));
    }
    let mut builder = SqliteBuilder::new(path);
    for parameter in parameters.split('&').filter(|text| !text.is_empty()) {
        builder = apply(builder, parameter)?;
    }
    Ok(builder)
}

fn apply(builder: SqliteBuilder, parameter: &str) -> Result<SqliteBuilder, StoreError> {
    let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
    if name != DURABILITY {
        return Err(refused(format!(
            "it has an unknown parameter `{name}`; known is `{DURABILITY}`"
        )));
    }
    let known = Durability::ALL
        .into_iter()
        .find(|known| known.name() == value);
    known
        .map(|durability| builder.durability(durability))
        .ok_or_else(|| {
            let names = Durability::ALL
                .map(|known| format!("`{}`", known.name()))
                .join(" and ");
            refused(format!("the values of `{DURABILITY}` are {names}"))
        })
}

fn refused(reason: String) -> StoreError {
    StoreError::Address {
        address: "sqlite:..".to_owned(),
        reason,
    }
}
