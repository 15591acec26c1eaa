//! Where databases are made: a folder, the server that all share, or a server of one's own.

use std::net::SocketAddr;
use std::path::PathBuf;

use gesta_test_postgres::{Cluster, Database, Server};
use tempfile::TempDir;

use super::{Engine, postgres, sqlite};
use crate::Failure;

pub(crate) enum Ground {
    Folder(TempDir),
    /// With the databases on it, which are dropped with it.
    Shared(Vec<Database>),
    /// To be killed.
    Own(Box<Cluster>),
}

impl Ground {
    /// None if there is no such server here, which is said on standard error.
    pub async fn find(engine: Engine, is_killed: bool) -> Result<Option<Self>, Failure> {
        Ok(match engine {
            Engine::Sqlite => Some(Self::Folder(tempfile::tempdir()?)),
            Engine::Postgres if is_killed => {
                Cluster::start(&[])?.map(|cluster| Self::Own(Box::new(cluster)))
            }
            Engine::Postgres => gesta_test_postgres::database()
                .await
                .map(|first| Self::Shared(vec![first])),
        })
    }

    /// The address of a database that nobody has used.
    pub async fn fresh(&mut self, number: usize) -> Result<String, Failure> {
        match self {
            Self::Folder(folder) => {
                let path = folder.path().join(format!("{number}.db"));
                Ok(format!("sqlite:{}", path.display()))
            }
            Self::Shared(databases) => {
                let database = gesta_test_postgres::database()
                    .await
                    .ok_or("the server is gone")?;
                let url = named(database.url());
                databases.push(database);
                Ok(url)
            }
            Self::Own(cluster) => {
                let url = cluster.create_database(&format!("log{number}")).await?;
                Ok(named(&url))
            }
        }
    }

    /// The engine's version.
    pub async fn version(&self) -> Result<String, Failure> {
        match self {
            Self::Folder(_) => sqlite::version().await,
            Self::Shared(databases) => match databases.first() {
                Some(database) => postgres::version(database.url()).await,
                None => Ok(String::new()),
            },
            Self::Own(cluster) => postgres::version(&cluster.url("postgres")).await,
        }
    }

    /// Where the server listens, for a proxy.
    pub fn listens(&self) -> Result<SocketAddr, Failure> {
        match self {
            Self::Own(cluster) => Ok(cluster.address()),
            Self::Shared(databases) => {
                let database = databases.first().ok_or("the server is gone")?;
                database.server().address()
            }
            Self::Folder(_) => Err("nobody listens for files".into()),
        }
    }

    /// Lets the files outlive this, if they are files.
    pub fn keep(&mut self) -> Option<PathBuf> {
        let Self::Folder(folder) = self else {
            return None;
        };
        folder.disable_cleanup(true);
        Some(folder.path().to_owned())
    }
}

impl Drop for Ground {
    /// A server that was made for this process goes away as a whole: to have it drop one database after another, each with
    /// a checkpoint, would take longer than all that was done to them.
    fn drop(&mut self) {
        let Self::Shared(databases) = self else {
            return;
        };
        let made = |database: &Database| matches!(database.server(), Server::Made(_));
        for database in databases.drain(..).filter(made) {
            std::mem::forget(database);
        }
    }
}

/// An address by which the server knows who is tortured.
fn named(url: &str) -> String {
    let and = if url.contains('?') { '&' } else { '?' };
    format!("{url}{and}application_name={}", postgres::NAME)
}
