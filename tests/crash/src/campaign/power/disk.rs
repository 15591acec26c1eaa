//! A disk that keeps what it was told to keep, and nothing else.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use super::trace::Step;
use crate::Failure;

/// The files of one database, as they would be found after the power has failed.
#[derive(Debug, Default)]
pub(super) struct Disk {
    /// The database's path; those of its other files begin with it.
    path: String,
    files: BTreeMap<String, Content>,
    /// By thread: what it has asked to be kept, and how many changes of the file there were by then.
    syncing: HashMap<String, (String, usize)>,
}

#[derive(Debug, Default)]
struct Content {
    kept: Vec<u8>,
    /// How many changes are in what is kept.
    taken: usize,
    /// Those that are not.
    changes: Vec<Change>,
}

#[derive(Debug)]
enum Change {
    Write(usize, Vec<u8>),
    Length(usize),
}

impl Disk {
    pub fn of(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            ..Self::default()
        }
    }

    pub fn take(&mut self, step: Step) {
        match step {
            Step::Write {
                path,
                offset,
                bytes,
            } => self.change(path, Change::Write(offset, bytes)),
            Step::Truncate { path, length } => self.change(path, Change::Length(length)),
            // A name that is removed may come back; SQLite has the folder synced where that would matter.
            Step::Remove(path) => {
                self.files.remove(&path);
            }
            Step::Syncing { thread, path } => {
                let changes = self.files.get(&path).map_or(0, Content::changes);
                self.syncing.insert(thread, (path, changes));
            }
            Step::Synced { thread } => {
                let synced = self.syncing.remove(&thread);
                if let Some((path, changes)) = synced
                    && let Some(content) = self.files.get_mut(&path)
                {
                    content.keep(changes);
                }
            }
            Step::Said(_) => {}
        }
    }

    fn change(&mut self, path: String, change: Change) {
        // The shared memory of the processes is no part of what is on the disk.
        if path.starts_with(&self.path) && !path.ends_with("-shm") {
            self.files.entry(path).or_default().changes.push(change);
        }
    }

    /// Writes the files to where another database is to be.
    pub fn write(&self, other: &Path) -> Result<(), Failure> {
        for (path, content) in &self.files {
            let ending = path.strip_prefix(&self.path).unwrap_or_default();
            let path = format!("{}{ending}", other.display());
            std::fs::write(path, &content.kept)?;
        }
        Ok(())
    }
}

impl Content {
    fn changes(&self) -> usize {
        self.taken + self.changes.len()
    }

    fn keep(&mut self, changes: usize) {
        let new = changes.saturating_sub(self.taken).min(self.changes.len());
        for change in self.changes.drain(..new) {
            match change {
                Change::Length(length) => self.kept.resize(length, 0),
                Change::Write(offset, bytes) => {
                    let end = offset + bytes.len();
                    self.kept.resize(self.kept.len().max(end), 0);
                    if let Some(place) = self.kept.get_mut(offset..end) {
                        place.copy_from_slice(&bytes);
                    }
                }
            }
        }
        self.taken += new;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(offset: usize, bytes: &[u8]) -> Step {
        Step::Write {
            path: "/a-wal".to_owned(),
            offset,
            bytes: bytes.to_vec(),
        }
    }

    fn syncing() -> Step {
        Step::Syncing {
            thread: "7".to_owned(),
            path: "/a-wal".to_owned(),
        }
    }

    fn synced() -> Step {
        Step::Synced {
            thread: "7".to_owned(),
        }
    }

    fn kept(steps: Vec<Step>) -> Vec<u8> {
        let mut disk = Disk::of("/a");
        steps.into_iter().for_each(|step| disk.take(step));
        disk.files["/a-wal"].kept.clone()
    }

    #[test]
    fn what_is_not_synced_is_lost() {
        assert_eq!(kept(vec![write(0, b"ab")]), b"");
        assert_eq!(kept(vec![write(0, b"ab"), syncing()]), b"");
        assert_eq!(kept(vec![write(0, b"ab"), syncing(), synced()]), b"ab");
    }

    #[test]
    fn what_came_after_the_question_is_not_in_the_answer() {
        let steps = vec![write(0, b"ab"), syncing(), write(1, b"cd"), synced()];
        assert_eq!(kept(steps), b"ab");
        let again = vec![
            write(0, b"ab"),
            syncing(),
            write(1, b"cd"),
            synced(),
            syncing(),
            synced(),
        ];
        assert_eq!(kept(again), b"acd");
    }
}
