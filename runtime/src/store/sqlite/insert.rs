//! The statements that write commits, and what they give back.

use std::slice;
use std::sync::Arc;

use sqlx::sqlite::SqliteRow;

use crate::store::sql::numbers::int;
use crate::store::{Commit, NewEvent, Outcome, StoreError, StreamName};

use super::row::count;
use super::script::Script;
use super::streams::Streams;

/// A commit, and where in the log it comes to stand.
pub(super) struct Placed<'a> {
    commit: &'a Commit,
    /// The stream's number, if it is known.
    stream: Option<i64>,
    /// The stream's version before it.
    expected: i64,
    /// Where the log ends after it, seen from the end of the batch: 0 or less.
    end: i64,
}

impl Placed<'_> {
    /// Where the log ends before it, seen from the end of the batch.
    fn start(&self) -> i64 {
        self.end - self.events()
    }

    fn events(&self) -> i64 {
        i64::try_from(self.commit.events.len()).unwrap_or(i64::MAX)
    }

    /// The stream's name, if the number must be found by it.
    fn unknown(&self) -> Option<Arc<str>> {
        let known = self.stream.is_some();
        (!known).then(|| self.commit.stream.shared())
    }

    /// The number among the batch's rows, the version of the stream and the event itself.
    fn numbered(&self) -> impl Iterator<Item = (i64, i64, &NewEvent)> {
        let numbers = 1..=self.events();
        numbers
            .zip(&self.commit.events)
            .map(|(number, event)| (self.start() + number, self.expected + number, event))
    }
}

pub(super) fn place<'a>(
    commits: impl IntoIterator<Item = &'a Commit>,
    streams: &mut Streams,
) -> Result<Vec<Placed<'a>>, StoreError> {
    let mut end = 0;
    let mut placed = Vec::new();
    for commit in commits {
        // Refuses a version beyond 2^63 too.
        int(commit.version())?;
        let expected = int(commit.expected)?;
        let mut next = Placed {
            commit,
            stream: streams.number(&commit.stream),
            expected,
            end,
        };
        next.end += next.events();
        end = next.end;
        placed.push(next);
    }
    for commit in &mut placed {
        commit.end -= end;
    }
    Ok(placed)
}

/// Adds what writes these commits: the counter first, then all events, then the commands, whose trigger
/// looks at both. A stream that is not there is a null that the tables refuse.
pub(super) fn insert(script: &mut Script, placed: &[Placed<'_>]) -> Result<(), StoreError> {
    let events: i64 = placed.iter().map(Placed::events).sum();
    script.statement(
        "UPDATE gesta_counter SET position = position + ? WHERE only = 1 RETURNING position",
    );
    script.value(events)?;
    insert_streams(script, placed)?;
    insert_events(script, placed)?;
    insert_commands(script, placed)?;
    insert_snapshots(script, placed)
}

fn insert_streams(script: &mut Script, placed: &[Placed<'_>]) -> Result<(), StoreError> {
    let rows: Vec<_> = placed
        .iter()
        .filter(|placed| placed.expected == 0 && placed.stream.is_none())
        .collect();
    script.rows(
        "INSERT OR IGNORE INTO gesta_streams (name) SELECT column1 FROM",
        1,
        &rows,
        "WHERE column1 IS NOT NULL",
        |values, placed| values.add(placed.commit.stream.shared()),
    )
}

/// `OR FAIL` spares SQLite a copy of each page that is changed, with which it could undo this statement alone; a
/// transaction in which one fails is rolled back as a whole.
fn insert_events(script: &mut Script, placed: &[Placed<'_>]) -> Result<(), StoreError> {
    let of = |placed| Placed::numbered(placed).map(move |numbered| (placed, numbered));
    let rows: Vec<_> = placed.iter().flat_map(of).collect();
    script.rows(
        "INSERT OR FAIL INTO gesta_events (position, stream, version, name, schema, payload, command_id,
            correlation, causation, actor, recorded_at)
        SELECT (SELECT position FROM gesta_counter) + column1,
            coalesce(column2, (SELECT id FROM gesta_streams WHERE gesta_streams.name = column3)),
            column4, column5, column6, column7, column8, column9, column10, column11, column12
        FROM",
        12,
        &rows,
        "WHERE column1 IS NOT NULL",
        |values, (placed, (offset, version, event))| {
            let meta = &placed.commit.meta;
            values.add(*offset)?;
            values.add(placed.stream)?;
            values.add(placed.unknown())?;
            values.add(*version)?;
            values.add(&*event.name)?;
            values.add(i64::from(event.schema))?;
            values.add(event.json.as_str())?;
            values.add(meta.command_id)?;
            values.add(meta.correlation.as_deref())?;
            values.add(meta.causation.as_deref())?;
            values.add(meta.actor.as_deref())?;
            values.add(meta.time.as_micros())
        },
    )
}

fn insert_commands(script: &mut Script, placed: &[Placed<'_>]) -> Result<(), StoreError> {
    script.rows(
        "INSERT OR FAIL INTO gesta_commands (position, command_id, stream, version, events, digest)
        SELECT (SELECT position FROM gesta_counter) + column1, column2,
            coalesce(column3, (SELECT id FROM gesta_streams WHERE name = column4)), column5,
            column6, column7
        FROM",
        7,
        placed,
        "WHERE column1 IS NOT NULL",
        |values, placed| {
            values.add(placed.end)?;
            values.add(placed.commit.meta.command_id)?;
            values.add(placed.stream)?;
            values.add(placed.unknown())?;
            values.add(placed.expected + placed.events())?;
            values.add(placed.events())?;
            values.add(placed.commit.digest)
        },
    )
}

fn insert_snapshots(script: &mut Script, placed: &[Placed<'_>]) -> Result<(), StoreError> {
    let commits = placed.iter().map(|placed| placed.commit);
    let rows: Vec<_> = commits
        .filter_map(|commit| Some((commit, commit.snapshot.as_ref()?)))
        .collect();
    script.rows(
        "INSERT OR REPLACE INTO gesta_snapshots (stream, version, fingerprint, state)
        SELECT (SELECT id FROM gesta_streams WHERE name = column1), column2, column3, column4 FROM",
        4,
        &rows,
        "WHERE column1 IS NOT NULL",
        |values, (commit, snapshot)| {
            values.add(commit.stream.shared())?;
            values.add(int(snapshot.version)?)?;
            values.add(snapshot.fingerprint)?;
            values.add(snapshot.json.as_str())
        },
    )
}

/// Asks for the positions that the commits without events stand at.
pub(super) fn heads(script: &mut Script, placed: &[Placed<'_>]) -> Result<(), StoreError> {
    let rows: Vec<_> = placed
        .iter()
        .filter(|placed| placed.events() == 0)
        .collect();
    script.rows(
        "SELECT (SELECT position FROM gesta_events
            WHERE stream = coalesce(column2,
                    (SELECT id FROM gesta_streams WHERE gesta_streams.name = column3))
                AND version = column1)
        FROM",
        3,
        &rows,
        "WHERE column1 IS NOT NULL",
        |values, placed| {
            values.add(placed.expected)?;
            values.add(placed.stream)?;
            values.add(placed.unknown())
        },
    )
}

/// Asks for the numbers of the streams that had none here.
pub(super) fn numbers(script: &mut Script, placed: &[Placed<'_>]) -> Result<(), StoreError> {
    let rows: Vec<_> = placed.iter().filter_map(Placed::unknown).collect();
    script.rows(
        "SELECT (SELECT id FROM gesta_streams WHERE name = column1) FROM",
        1,
        &rows,
        "WHERE column1 IS NOT NULL",
        |values, name| values.add(Arc::clone(name)),
    )
}

/// The streams that [`numbers`] asks for, in its order.
pub(super) fn unknown<'a>(placed: &[Placed<'a>]) -> impl Iterator<Item = &'a StreamName> {
    let unknown = placed.iter().filter(|placed| placed.stream.is_none());
    unknown.map(|placed| &placed.commit.stream)
}

/// Reads what [`insert`] and [`heads`] gave back: the counter, then a row for each commit without events. The rows of
/// [`numbers`] are left over.
pub(super) fn outcomes(
    placed: &[Placed<'_>],
    rows: &mut slice::Iter<'_, SqliteRow>,
) -> Result<Vec<Outcome>, StoreError> {
    let mut next = || match rows.next() {
        Some(row) => count(row, 0),
        None => Err(StoreError::Corrupt(
            "the log has lost its counter".to_owned(),
        )),
    };
    let end = next()?;
    let mut position = |placed: &Placed<'_>| match placed.commit.events.as_slice() {
        [] => next(),
        _ => Ok(end.saturating_add_signed(placed.end)),
    };
    let mut written = |placed| position(placed).map(|position| Outcome::Written { position });
    placed.iter().map(&mut written).collect()
}
