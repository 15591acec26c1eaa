//! What stands in an address that begins with `postgres:`.

use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;

use crate::store::StoreError;

use super::PostgresBuilder;

const SCHEMA: &str = "schema";
const PREFIX: &str = "table_prefix";

/// The parameters that sqlx understands, but for those that begin with `options[`. It would leave out any other: a schema
/// that is mistyped would be an empty log somewhere else.
const KNOWN: &[&str] = &[
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "statement-cache-capacity",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
];

/// Takes our parameters out of the address and leaves the rest to sqlx.
pub(super) fn parse(address: &str) -> Result<PostgresBuilder, StoreError> {
    let (server, parameters) = address.split_once('?').unwrap_or((address, ""));
    let (mut schema, mut prefix, mut others) = (None, None, Vec::new());
    for parameter in parameters.split('&').filter(|text| !text.is_empty()) {
        match parameter.split_once('=') {
            Some((SCHEMA, value)) => schema = Some(value),
            Some((PREFIX, value)) => prefix = Some(value),
            Some((name, _)) if !is_known(name) => {
                return Err(refused(&format!(
                    "it has an unknown parameter `{name}`; known are `{SCHEMA}`, `{PREFIX}` and those of libpq"
                )));
            }
            Some(_) => others.push(parameter),
            // It may be the end of a password, with a `?` or a `&` that is not escaped.
            None => return Err(refused("it has a parameter without a value")),
        }
    }
    let url = format!("{server}?{}", others.join("&"));
    let options = PgConnectOptions::from_str(&url).map_err(|error| {
        // What sqlx says of an address quotes no more of it than the value of a parameter.
        let cause = match error {
            sqlx::Error::Configuration(cause) => cause.to_string(),
            other => other.to_string(),
        };
        refused(&format!("{cause}; write `postgres://user@host/database`"))
    })?;
    let mut builder = PostgresBuilder::connecting(options);
    if let Some(schema) = schema {
        builder = builder.schema(schema);
    }
    if let Some(prefix) = prefix {
        builder = builder.table_prefix(prefix);
    }
    Ok(builder)
}

fn is_known(name: &str) -> bool {
    KNOWN.contains(&name) || name.starts_with("options[") || name.starts_with("options%5B")
}

/// The address may hold a password, so nothing of it is shown.
fn refused(reason: &str) -> StoreError {
    StoreError::Address {
        address: "postgres:..".to_owned(),
        reason: reason.to_owned(),
    }
}
