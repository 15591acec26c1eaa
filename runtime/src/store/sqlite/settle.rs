//! Making final what became of a transaction whose COMMIT failed.
//!
//! SQLite writes a transaction's last frame to the write-ahead log, syncs the file, and only then shows the frame to
//! readers. If the sync fails, the frame lies in the file, unseen; should the system stop before the next write, the
//! recovery of the log takes it for a commit like any other. The next write overwrites it.

use sqlx::SqliteConnection;

use crate::store::StoreError;

use super::error;
use super::script::Script;

/// SQLite leaves a page alone that an UPDATE would not change, and a transaction without pages writes no frame: the
/// number goes there and back. Its bits are flipped since every number allows that.
const OVERWRITE: &str = "BEGIN IMMEDIATE;
    UPDATE gesta_counter SET position = ~position;
    UPDATE gesta_counter SET position = ~position";

/// Writes a small transaction in the place of the one that failed. An error leaves the connection in any state.
pub(super) async fn overwrite(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let mut script = Script::default();
    script.statement(OVERWRITE);
    let done = script.commit(connection).await;
    done.map(|_| ()).map_err(error::of)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use tempfile::TempDir;
    use uuid::Uuid;

    use crate::event::Meta;
    use crate::store::{
        CommandKey, Commit, Lookup, NewEvent, Outcome, SqliteStore, Store, StreamName,
    };
    use crate::time::Timestamp;

    fn commit(id: u128) -> Commit {
        Commit {
            stream: StreamName::new("Thing", &id.to_string()).unwrap(),
            expected: 0,
            digest: None,
            events: vec![NewEvent {
                name: "Happened".into(),
                schema: 1,
                json: "{}".to_owned(),
            }],
            meta: Meta {
                command_id: Uuid::from_u128(id),
                time: Timestamp::from_micros(0),
                correlation: None,
                causation: None,
                actor: None,
            },
            snapshot: None,
        }
    }

    async fn look(store: &SqliteStore, id: u128) -> Lookup {
        let commit = commit(id);
        let key = CommandKey {
            command_id: commit.meta.command_id,
            stream: commit.stream,
        };
        store.lookup(&[key]).await.unwrap()[0]
    }

    fn log(folder: &Path) -> PathBuf {
        folder.join("log.db-wal")
    }

    /// What a crash of the system would leave: all that was written, and no shared memory.
    fn crashed(folder: &TempDir) -> TempDir {
        let copy = tempfile::tempdir().unwrap();
        for name in ["log.db", "log.db-wal"] {
            fs::copy(folder.path().join(name), copy.path().join(name)).unwrap();
        }
        copy
    }

    async fn open(folder: &TempDir) -> SqliteStore {
        let store = SqliteStore::open(folder.path().join("log.db")).await;
        store.unwrap()
    }

    /// Opens a store with one commit, and writes the frames of another into its log as a sync that fails leaves them.
    async fn with_an_unseen_commit() -> (TempDir, SqliteStore) {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder).await;
        store.append(&[commit(1)]).await.unwrap();
        // A reader keeps the log in use when the writer leaves.
        look(&store, 1).await;
        let other = crashed(&folder);
        let writes = open(&other).await;
        writes.append(&[commit(2)]).await.unwrap();
        let (short, long) = (fs::read(log(folder.path())), fs::read(log(other.path())));
        let (short, long) = (short.unwrap(), long.unwrap());
        assert!(long.len() > short.len() && long.starts_with(&short));
        store.writer.lock().await.log().lose().await;
        fs::write(log(folder.path()), long).unwrap();
        (folder, store)
    }

    #[tokio::test]
    async fn a_commit_that_is_not_found_stays_so_after_a_crash() {
        let (folder, store) = with_an_unseen_commit().await;
        let before = crashed(&folder);
        let found = look(&open(&before).await, 2).await;
        assert!(
            found.known.is_some(),
            "the frames are not what they should be"
        );

        assert_eq!(look(&store, 2).await.known, None);
        let later = crashed(&folder);
        let after = open(&later).await;
        assert_eq!(look(&after, 2).await.known, None);
        assert!(look(&after, 1).await.known.is_some());
        let end = store.append(&[commit(3)]).await.unwrap();
        assert_eq!(end, [Outcome::Written { position: 2 }]);
    }

    #[tokio::test]
    async fn nothing_is_said_while_it_cannot_be_made_final() {
        let (folder, store) = with_an_unseen_commit().await;
        store.writer.lock().await.log().be_impatient();
        let other = open(&folder).await;
        let mut other = other.readers.acquire().await.unwrap();
        let sql = "PRAGMA query_only = OFF; BEGIN IMMEDIATE";
        sqlx::raw_sql(sql).execute(&mut *other).await.unwrap();
        let key = CommandKey {
            command_id: Uuid::from_u128(2),
            stream: commit(2).stream,
        };
        assert!(store.lookup(std::slice::from_ref(&key)).await.is_err());
        sqlx::raw_sql("ROLLBACK")
            .execute(&mut *other)
            .await
            .unwrap();
        assert_eq!(store.lookup(&[key]).await.unwrap()[0].known, None);
    }

    #[tokio::test]
    async fn a_lookup_does_not_wait_for_an_append() {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder).await;
        let _append = store.writer.lock().await;
        assert_eq!(look(&store, 1).await.known, None);
    }
}
