//! Many documents by their keys.

use sqlx::sqlite::SqliteRow;

use crate::store::StoreError;
use crate::store::sql::numbers::{clamped, unsigned};

use super::super::row::{count, get};
use super::super::script::Script;

/// However many keys there are, they are one value, and the text is the same.
pub(super) fn of(generation: u64, keys: &[String]) -> Result<Script, StoreError> {
    let mut script = Script::default();
    script.statement(
        "SELECT k.key, d.document FROM json_each(?) AS k
        CROSS JOIN gesta_documents AS d ON d.generation = ? AND d.key = k.value",
    );
    script.value(serde_json::to_string(keys).map_err(StoreError::failed)?)?;
    script.value(clamped(generation))?;
    Ok(script)
}

/// Puts each document where its key stands.
pub(super) fn in_order(rows: &[SqliteRow], keys: usize) -> Result<Vec<Option<String>>, StoreError> {
    let mut documents = vec![None; keys];
    for row in rows {
        let place: usize = unsigned(count(row, 0)?)?;
        if let Some(document) = documents.get_mut(place) {
            *document = get(row, 1)?;
        }
    }
    Ok(documents)
}
