//! Rows of the log, as they stand in the table.

/// How many are read at a time.
pub(super) const PAGE: i64 = 10_000;

/// One event.
#[derive(Debug, Clone, Default)]
pub(crate) struct LogRow {
    pub position: i64,
    /// The aggregate's name, a slash, the id.
    pub stream: String,
    pub name: String,
    pub payload: String,
    /// What caused it: of the command of a saga, the id of the commit in which that was recorded.
    pub causation: Option<String>,
    /// Microseconds since 1970.
    pub recorded_at: i64,
}

/// Its columns, in this order.
pub(super) type Columns = (i64, String, String, String, Option<String>, i64);

impl From<Columns> for LogRow {
    fn from(columns: Columns) -> Self {
        let (position, stream, name, payload, causation, recorded_at) = columns;
        Self {
            position,
            stream,
            name,
            payload,
            causation,
            recorded_at,
        }
    }
}
