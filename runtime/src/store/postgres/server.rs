//! Which servers may keep a log.

use sqlx::{PgConnection, Row};
use tracing::warn;

use crate::store::StoreError;

use super::error;

/// Refuses a server that can lose or bend what is stored, and warns of one that may lose the latest of it.
pub(super) async fn check(connection: &mut PgConnection) -> Result<(), StoreError> {
    let row = sqlx::query(
        "SELECT current_setting('fsync'), current_setting('server_encoding'),
            current_setting('synchronous_commit'), current_setting('full_page_writes')",
    )
    .fetch_one(connection)
    .await
    .map_err(error::of)?;
    let get = |column| row.try_get::<&str, _>(column).map_err(error::of);
    let (fsync, encoding) = (get(0)?, get(1)?);
    if fsync == "off" {
        return Err(unsafe_setting(
            "fsync = off",
            "a crash of the system or of the power can destroy all of the database",
        ));
    }
    if encoding != "UTF8" {
        return Err(unsafe_setting(
            &format!("server_encoding = {encoding}"),
            "not every text can be stored; make the database with `ENCODING 'UTF8'`",
        ));
    }
    if get(2)? == "off" {
        warn!(
            "the server has synchronous_commit = off: if it crashes, the latest commands that were answered may be lost"
        );
    }
    if get(3)? == "off" {
        warn!(
            "the server has full_page_writes = off: a crash of the system or of the power can damage pages beyond repair, \
             unless the file system never writes half of one"
        );
    }
    Ok(())
}

fn unsafe_setting(setting: &str, risk: &str) -> StoreError {
    StoreError::UnsafeSetting {
        setting: setting.to_owned(),
        risk: risk.to_owned(),
    }
}
