//! Writing a batch: all at once if nothing stands against it, else commit by commit.

use std::collections::HashMap;

use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::store::walk::Walk;
use crate::store::{Commit, Lookup, NewEvent, Outcome, Recording, StoreError, StreamName};

use super::error::{self, int};
use super::row::count;
use super::script::Script;
use super::{read, schema};

/// An error leaves the connection in any state; it must be closed.
pub(super) async fn append(
    connection: &mut SqliteConnection,
    batch: &[Commit],
) -> Result<Vec<Outcome>, StoreError> {
    if batch.is_empty() {
        return Ok(Vec::new());
    }
    match at_once(connection, batch).await? {
        Some(outcomes) => Ok(outcomes),
        None => one_by_one(connection, batch).await,
    }
}

/// A commit, and where in the log it comes to stand.
struct Placed<'a> {
    commit: &'a Commit,
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

    /// The number among the batch's rows, the version of the stream and the event itself.
    fn numbered(&self) -> impl Iterator<Item = (i64, i64, &NewEvent)> {
        let numbers = 1..=self.events();
        numbers
            .zip(&self.commit.events)
            .map(|(number, event)| (self.start() + number, self.expected + number, event))
    }
}

fn place<'a>(commits: impl IntoIterator<Item = &'a Commit>) -> Result<Vec<Placed<'a>>, StoreError> {
    let mut end = 0;
    let mut placed = Vec::new();
    for commit in commits {
        // Refuses a version beyond 2^63 too.
        int(commit.version())?;
        let expected = int(commit.expected)?;
        let mut next = Placed {
            commit,
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

/// The whole batch in one crossing. `None` if it is not clean, with nothing written and no transaction open.
async fn at_once(
    connection: &mut SqliteConnection,
    batch: &[Commit],
) -> Result<Option<Vec<Outcome>>, StoreError> {
    // A version that cannot be stored is one that no stream has.
    let Ok(placed) = place(batch) else {
        return Ok(None);
    };
    let mut script = Script::default();
    script.statement("BEGIN IMMEDIATE");
    insert(&mut script, &placed)?;
    heads(&mut script, &placed)?;
    script.statement("COMMIT");
    match script.run(connection).await {
        Ok(rows) => outcomes(&placed, &rows).map(Some),
        Err(error) if error::is_refusal(&error) => {
            schema::execute(connection, "ROLLBACK")
                .await
                .map_err(error::of)?;
            Ok(None)
        }
        Err(error) => Err(error::of(error)),
    }
}

/// Adds what writes these commits: the counter first, then all events, then the commands, whose trigger
/// looks at both. A stream that is not there is a null that the tables refuse.
fn insert(script: &mut Script, placed: &[Placed<'_>]) -> Result<(), StoreError> {
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
        .filter(|placed| placed.expected == 0)
        .collect();
    script.rows(
        "INSERT OR IGNORE INTO gesta_streams (name) SELECT column1 FROM",
        1,
        &rows,
        "WHERE column1 IS NOT NULL",
        |values, placed| values.add(placed.commit.stream.shared()),
    )
}

fn insert_events(script: &mut Script, placed: &[Placed<'_>]) -> Result<(), StoreError> {
    let of = |placed| Placed::numbered(placed).map(move |numbered| (placed.commit, numbered));
    let rows: Vec<_> = placed.iter().flat_map(of).collect();
    script.rows(
        "INSERT INTO gesta_events (position, stream, version, name, schema, payload, command_id,
            correlation, causation, actor, recorded_at)
        SELECT (SELECT position FROM gesta_counter) + column1,
            (SELECT id FROM gesta_streams WHERE gesta_streams.name = column2), column3, column4,
            column5, column6, column7, column8, column9, column10, column11
        FROM",
        11,
        &rows,
        "WHERE column1 IS NOT NULL",
        |values, (commit, (offset, version, event))| {
            values.add(*offset)?;
            values.add(commit.stream.shared())?;
            values.add(*version)?;
            values.add(&*event.name)?;
            values.add(i64::from(event.version))?;
            values.add(event.json.as_str())?;
            values.add(commit.meta.command_id)?;
            values.add(commit.meta.correlation.as_deref())?;
            values.add(commit.meta.causation.as_deref())?;
            values.add(commit.meta.actor.as_deref())?;
            values.add(commit.meta.time.as_micros())
        },
    )
}

fn insert_commands(script: &mut Script, placed: &[Placed<'_>]) -> Result<(), StoreError> {
    script.rows(
        "INSERT INTO gesta_commands (position, command_id, stream, version, events, digest)
        SELECT (SELECT position FROM gesta_counter) + column1, column2,
            (SELECT id FROM gesta_streams WHERE name = column3), column4, column5, column6
        FROM",
        6,
        placed,
        "WHERE column1 IS NOT NULL",
        |values, placed| {
            values.add(placed.end)?;
            values.add(placed.commit.meta.command_id)?;
            values.add(placed.commit.stream.shared())?;
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
fn heads(script: &mut Script, placed: &[Placed<'_>]) -> Result<(), StoreError> {
    let rows: Vec<_> = placed
        .iter()
        .filter(|placed| placed.events() == 0)
        .collect();
    script.rows(
        "SELECT (SELECT position FROM gesta_events
            WHERE stream = (SELECT id FROM gesta_streams WHERE gesta_streams.name = column1)
                AND version = column2)
        FROM",
        2,
        &rows,
        "WHERE column1 IS NOT NULL",
        |values, placed| {
            values.add(placed.commit.stream.shared())?;
            values.add(placed.expected)
        },
    )
}

/// Reads what [`insert`] and [`heads`] gave back: the counter, then a row for each commit without events.
fn outcomes(placed: &[Placed<'_>], rows: &[SqliteRow]) -> Result<Vec<Outcome>, StoreError> {
    let mut rows = rows.iter();
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

/// The batch in one transaction still, but each commit judged by itself.
async fn one_by_one(
    connection: &mut SqliteConnection,
    batch: &[Commit],
) -> Result<Vec<Outcome>, StoreError> {
    schema::execute(connection, "BEGIN IMMEDIATE")
        .await
        .map_err(error::of)?;
    let keys: Vec<_> = batch.iter().map(read::Key::from).collect();
    let found = read::lookup(connection, &keys).await?;
    let end = read::end(connection).await?;
    let judged = judge(batch, &found, end);
    if judged.written.is_empty() {
        schema::execute(connection, "ROLLBACK")
            .await
            .map_err(error::of)?;
    } else {
        let mut script = Script::default();
        insert(&mut script, &place(judged.written)?)?;
        script.statement("COMMIT");
        script.run(connection).await.map_err(error::of)?;
    }
    Ok(judged.outcomes)
}

struct Judged<'a> {
    outcomes: Vec<Outcome>,
    written: Vec<&'a Commit>,
}

/// Walks the batch from what was looked up for each commit, and from where the log ends.
fn judge<'a>(batch: &'a [Commit], found: &[Lookup], mut end: u64) -> Judged<'a> {
    let mut walk = Walk::default();
    let mut heads = HashMap::new();
    let mut recorded: HashMap<(Uuid, &StreamName), Recording> = HashMap::new();
    let mut written = Vec::new();
    let judged = batch.iter().zip(found).map(|(commit, found)| {
        let (version, position) = heads
            .entry(&commit.stream)
            .or_insert((found.version, found.position));
        let key = (commit.meta.command_id, &commit.stream);
        let known = found.known.or_else(|| recorded.get(&key).copied());
        if let Some(refusal) = walk.refusal(commit, *version, known) {
            return refusal;
        }
        if !commit.events.is_empty() {
            end = end.saturating_add(commit.events.len() as u64);
            (*version, *position) = (commit.version(), end);
        }
        recorded.insert(key, Recording::of(commit, *position));
        written.push(commit);
        Outcome::Written {
            position: *position,
        }
    });
    let outcomes = judged.collect();
    Judged { outcomes, written }
}
