//! A page of the log. What SQLite hands over is dear for each value, so that it comes as one text: twice as fast as rows,
//! where there are many.

use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, SqliteConnection};

use crate::store::page::Room;
use crate::store::sql::numbers::{clamped, follows, one_more};
use crate::store::{LogTaker, Page, PageLimit, StoreError};

use super::error;
use super::row::get;
use super::text::Text;

/// How many bytes of JSON one text has, but for what its last two events have too much: SQLite knows no text of a
/// gigabyte.
const BYTES: usize = 16 << 20;

/// What [`Text::event`] reads: first the numbers, then the texts, as long as the numbers say. Where there is no text,
/// there is no number.
const EVENT: &str = "concat(e.position, ' ', e.version, ' ', e.schema, ' ', e.recorded_at, ' ', hex(e.command_id), ' ',
    octet_length(s.name), ' ', octet_length(e.name), ' ', octet_length(e.payload), ' ',
    octet_length(e.correlation), ' ', octet_length(e.causation), ' ', octet_length(e.actor), ' ',
    s.name, e.name, e.payload, e.correlation, e.causation, e.actor)";

/// The events up to the one at which the bytes are reached, and one more to tell that there are more. Which one that is,
/// is found out first, so that no text is made of what is not wanted. Most pages end before the bytes are reached: a sum
/// tells, and running sums, which take as long as all the rest, are for the others. `+ 0`: see [`LIMIT`](super::row::LIMIT).
fn statement() -> String {
    format!(
        "SELECT group_concat(event, '') FROM (
            SELECT {EVENT} AS event FROM gesta_events AS e LEFT JOIN gesta_streams AS s ON s.id = e.stream
            WHERE e.position > ?1 AND e.position <= CASE
                WHEN (
                    SELECT count(*) = max(position) - ?1 AND sum(octet_length(payload)) < ?3
                    FROM gesta_events WHERE position > ?1 AND position <= ?1 + ?2)
                THEN ?1 + ?2
                ELSE (
                    SELECT max(position) FROM (
                        SELECT position, sum(octet_length(payload)) OVER (ORDER BY position
                            ROWS BETWEEN UNBOUNDED PRECEDING AND 2 PRECEDING) AS before
                        FROM gesta_events WHERE position > ?1 ORDER BY position LIMIT ?2 + 0)
                    WHERE coalesce(before, 0) < ?3)
                END
            ORDER BY e.position)"
    )
}

pub(super) async fn read(
    connection: &mut SqliteConnection,
    after: u64,
    limit: PageLimit,
) -> Result<Page, StoreError> {
    let mut events = Vec::new();
    let more = scan(connection, after, limit, &mut events).await?;
    Ok(Page { events, more })
}

/// Whether there are more events behind the page.
pub(super) async fn scan(
    connection: &mut SqliteConnection,
    after: u64,
    limit: PageLimit,
    to: &mut dyn LogTaker,
) -> Result<bool, StoreError> {
    to.begin();
    let mut log = Log {
        last: (after > 0).then_some(after),
        room: Room::new(limit),
        to,
    };
    loop {
        let row = ask(&mut *connection, log.last.unwrap_or_default(), limit).await?;
        let text = get::<Option<&str>>(&row, 0)?.unwrap_or_default();
        log.take(Text::new(text))?;
        if log.room.more || text.len() < BYTES {
            return Ok(log.room.more);
        }
    }
}

async fn ask(
    connection: &mut SqliteConnection,
    after: u64,
    limit: PageLimit,
) -> Result<SqliteRow, StoreError> {
    let bytes = limit.bytes.clamp(1, BYTES);
    let row = sqlx::query(AssertSqlSafe(statement()))
        .bind(clamped(after))
        .bind(one_more(limit))
        .bind(i64::try_from(bytes).unwrap_or(i64::MAX))
        .fetch_one(connection)
        .await;
    row.map_err(error::of)
}

/// A page, while it is read.
struct Log<'a> {
    /// Only a log that is read from its very beginning may begin anywhere.
    last: Option<u64>,
    room: Room,
    to: &'a mut dyn LogTaker,
}

impl Log<'_> {
    /// Hands events on, as far as there is room for them.
    fn take(&mut self, mut events: Text<'_>) -> Result<(), StoreError> {
        while !events.is_empty() {
            let event = events.event()?;
            if let Some(last) = self.last {
                follows("the log", last, event.position)?;
            }
            self.last = Some(event.position);
            if self.room.take(event.json.len()).is_break() {
                return Ok(());
            }
            self.to.take(event);
        }
        Ok(())
    }
}
