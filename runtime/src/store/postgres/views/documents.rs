//! Documents as whoever folds them reads them.

use std::ops::ControlFlow;

use sqlx::postgres::PgRow;

use crate::store::StoreError;
use crate::store::sql::numbers::int;

use super::super::row::get;
use super::Views;

/// Scalar, so that each key is a search of the index, whatever the planner thinks of the table.
pub(super) const SQL: &str = "SELECT
    (SELECT d.document::text FROM gesta.documents AS d WHERE d.generation = $1 AND d.key = k.key)
FROM unnest($2::text[]) WITH ORDINALITY AS k (key, at) ORDER BY k.at";

impl Views {
    pub(super) async fn read_documents(
        &self,
        generation: u64,
        keys: &[String],
    ) -> Result<Vec<Option<String>>, StoreError> {
        let generation = int(generation)?;
        let query = || {
            sqlx::query(self.texts.documents.clone())
                .bind(generation)
                .bind(keys)
        };
        let read = |documents: &mut Vec<_>, row: &PgRow| {
            documents.push(get(row, 0)?);
            Ok(ControlFlow::Continue(()))
        };
        self.reader.fold(query, Vec::new, read).await
    }
}
