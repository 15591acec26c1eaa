//! The journal: one operation a line, and what is wrong with the lines that are none.
//!
//! ```text
//! id,operation,account,value,transfer,clerk
//! J-00001,open,A-001,Ada Moreau,,counter 2
//! J-00002,deposit,A-001,1250.00,,counter 2
//! J-00310,transfer,A-001,80.00,A-007,web
//! J-00311,withdraw,A-001,25.00,T-0042,web
//! J-00312,deposit,A-007,25.00,T-0042,web
//! J-00313,freeze,A-007,,,counter 2
//! ```
//!
//! A transfer names the account that the money goes to. Older journals have it on two lines, under a name of its own: each is
//! done by itself, the deposit after the withdrawal.
//!
//! A seventh column, `memo`, may say what a withdrawal is for.
//!
//! Fields hold no commas and there are no quotes, so a broken line never swallows the next.

mod line;
mod problem;
mod transfers;

use std::collections::HashMap;
use std::collections::hash_map::Entry;

pub use line::{Line, Operation};
pub use problem::{Malformed, NotAJournal, Problem};

use transfers::Transfers;

/// What the first line says, if there are no memos.
pub const HEADER: &str = "id,operation,account,value,transfer,clerk";

/// A journal that was read.
#[derive(Debug, Default)]
pub struct Journal {
    /// The operations, in order.
    pub lines: Vec<Line>,
    /// The lines that are none, in order.
    pub malformed: Vec<Malformed>,
}

impl Journal {
    /// Reads a journal.
    ///
    /// # Errors
    /// If the first line is not the header. Every other mistake concerns one line, and is kept beside the others.
    pub fn parse(bytes: &[u8]) -> Result<Self, NotAJournal> {
        let mut lines = (1..).zip(bytes.split(|&byte| byte == b'\n'));
        let first = lines.next().map_or(&b""[..], |(_, first)| first);
        let columns = match without_return(first).strip_prefix(HEADER.as_bytes()) {
            Some(b"") => 6,
            Some(b",memo") => 7,
            _ => return Err(NotAJournal),
        };
        let mut reader = Reader {
            columns,
            ..Reader::default()
        };
        for (number, line) in lines {
            reader.read(number, without_return(line));
        }
        Ok(reader.journal)
    }
}

/// A line that ends with a carriage return was edited on Windows.
fn without_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[derive(Default)]
struct Reader {
    /// How many fields a line has.
    columns: usize,
    journal: Journal,
    /// For each id, the line that used it first.
    ids: HashMap<String, usize>,
    transfers: Transfers,
}

impl Reader {
    fn read(&mut self, number: usize, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        match self.understand(number, bytes) {
            Ok(line) => self.journal.lines.push(line),
            Err(problem) => self.journal.malformed.push(Malformed {
                number,
                text: String::from_utf8_lossy(bytes).into_owned(),
                problem,
            }),
        }
    }

    fn understand(&mut self, number: usize, bytes: &[u8]) -> Result<Line, Problem> {
        let mut line = Line::parse(number, bytes, self.columns)?;
        let index = self.journal.lines.len();
        match self.ids.entry(line.id.clone()) {
            Entry::Occupied(first) => {
                let first = *first.get();
                line.repeats = Some(first);
                return match self.journal.lines.get(first) {
                    Some(original) if original.says_the_same(&line) => {
                        line.after = original.after;
                        Ok(line)
                    }
                    original => Err(Problem::IdReused {
                        line: original.map_or(0, |original| original.number),
                    }),
                };
            }
            Entry::Vacant(new) => {
                line.after = self.transfers.check(&line, index)?;
                new.insert(index);
            }
        }
        Ok(line)
    }
}

#[cfg(test)]
mod tests;
