//! What the store itself can do: the same rows, in the same tables, in batches as large as the clients can make them,
//! written by one loop that decides nothing, checks nothing and answers nobody.

mod memory;
mod postgres;
mod sqlite;

use std::time::{Duration, Instant};

use crate::clients::STRIDE;

pub use memory::memory;
pub use postgres::postgres;
pub use sqlite::sqlite;

/// One row of each table.
struct Row {
    stream: usize,
    version: u64,
    json: String,
}

/// Makes rows as the clients would: the aggregates in the same scattered order, each with its next version.
struct Rows {
    versions: Vec<u64>,
    next: usize,
}

impl Rows {
    fn new(aggregates: usize) -> Self {
        Self {
            versions: vec![0; aggregates],
            next: 0,
        }
    }

    fn next(&mut self) -> Row {
        self.next += 1;
        let stream = self.next * STRIDE % self.versions.len();
        self.versions[stream] += 1;
        let json = format!(
            r#"{{"cents":{},"memo":"rent for the month of May"}}"#,
            self.next
        );
        Row {
            stream,
            version: self.versions[stream],
            json,
        }
    }
}

/// Counts the rows of batch after batch, but for the first, which prepares statements.
struct Meter {
    batch: usize,
    time: Duration,
    start: Instant,
    batches: usize,
}

impl Meter {
    fn new(batch: usize, time: Duration) -> Self {
        let (start, batches) = (Instant::now(), 0);
        Self {
            batch,
            time,
            start,
            batches,
        }
    }

    /// A batch is written; says whether there is time for one more.
    fn counts(&mut self) -> bool {
        if self.batches == 0 {
            self.start = Instant::now();
        }
        self.batches += 1;
        self.start.elapsed() < self.time
    }

    /// Rows a second.
    fn rate(&self) -> f64 {
        let rows = u32::try_from((self.batches - 1) * self.batch).unwrap();
        f64::from(rows) / self.start.elapsed().as_secs_f64()
    }
}
