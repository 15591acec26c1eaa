//! What stands in an address that begins with `postgres:`.

use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;

use crate::store::StoreError;

use super::PostgresBuilder;

const SCHEMA: &str = "schema";
const PREFIX: &str = "prefix";

/// Takes our parameters out of the address and leaves the rest to sqlx.
pub(super) fn parse(address: &str) -> Result<PostgresBuilder, StoreError> {
    let (server, parameters) = address.split_once('?').unwrap_or((address, ""));
    let (mut schema, mut prefix, mut others) = (None, None, Vec::new());
    for parameter in parameters.split('&').filter(|text| !text.is_empty()) {
        match parameter.split_once('=') {
            Some((SCHEMA, value)) => schema = Some(value),
            Some((PREFIX, value)) => prefix = Some(value),
            _ => others.push(parameter),
        }
    }
    let url = format!("{server}?{}", others.join("&"));
    let options = PgConnectOptions::from_str(&url).map_err(|error| refused(&error))?;
    let mut builder = PostgresBuilder::connecting(options);
    if let Some(schema) = schema {
        builder = builder.schema(schema);
    }
    if let Some(prefix) = prefix {
        builder = builder.table_prefix(prefix);
    }
    Ok(builder)
}

/// The address may hold a password, so nothing of it is shown. What sqlx says of one does not quote it either, but for
/// the values of parameters.
fn refused(error: &sqlx::Error) -> StoreError {
    let cause = match error {
        sqlx::Error::Configuration(cause) => cause.to_string(),
        other => other.to_string(),
    };
    StoreError::Address {
        address: "postgres:..".to_owned(),
        reason: format!("{cause}; write `postgres://user@host/database`"),
    }
}
