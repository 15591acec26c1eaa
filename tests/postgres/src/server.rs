//! The server that all tests of a process share.

use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::OnceLock;

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use url::Url;

use crate::{Cluster, Failure, missing};

/// The variable that names a server.
const VARIABLE: &str = "GESTA_TEST_POSTGRES";

/// A server that tests share, each with a database of its own.
#[derive(Debug)]
pub enum Server {
    /// The one that the environment names, by the URL of a database in which others may be made.
    Given(Url),
    /// One that was made for this process.
    Made(Cluster),
}

/// The server that tests share, which is made by the first call. Blocks; None if there is none, which was said on
/// standard error.
///
/// # Panics
/// If it does not start, or there is none while `CI` is set.
#[must_use]
pub fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Result<Option<Server>, String>> = OnceLock::new();
    let found = SERVER.get_or_init(|| Server::find().map_err(|failure| failure.to_string()));
    match found {
        Ok(server) => server.as_ref(),
        #[expect(clippy::panic, reason = "so a test fails that must not be left out")]
        Err(failure) => panic!("{failure}"),
    }
}

impl Server {
    fn find() -> Result<Option<Self>, Failure> {
        if let Ok(url) = std::env::var(VARIABLE) {
            let url = url
                .parse()
                .map_err(|error| format!("{VARIABLE}: {error}"))?;
            return Ok(Some(Self::Given(url)));
        }
        let cluster = Cluster::start_if_installed(&[])?;
        if cluster.is_none() {
            let remedy = format!(
                "install a server, as by `apt-get install postgresql`, or name one by its URL in {VARIABLE}"
            );
            missing::skip("tests on PostgreSQL", &remedy)?;
        }
        Ok(cluster.map(Self::Made))
    }

    /// The URL of a database of this server.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        match self {
            Self::Given(url) => {
                let mut url = url.clone();
                url.set_path(database);
                url.into()
            }
            Self::Made(cluster) => cluster.url(database),
        }
    }

    /// Where the server listens, for a proxy.
    ///
    /// # Errors
    /// If its name is not known, or it listens on no TCP port.
    pub fn address(&self) -> Result<SocketAddr, Failure> {
        let url = match self {
            Self::Made(cluster) => return Ok(cluster.address()),
            Self::Given(url) => url,
        };
        let options: PgConnectOptions = url.as_str().parse()?;
        if options.get_socket().is_some() {
            return Err("the server is reached over a Unix socket".into());
        }
        let mut addresses = (options.get_host(), options.get_port()).to_socket_addrs()?;
        addresses.next().ok_or("the server has no address".into())
    }

    /// The URL of the database that others are made and dropped from.
    pub(crate) fn administration(&self) -> String {
        match self {
            Self::Given(url) => url.to_string(),
            Self::Made(cluster) => cluster.url("postgres"),
        }
    }
}

pub(crate) async fn create_database(administration: &str, name: &str) -> Result<(), Failure> {
    // Of `template0`, to which nobody connects: a copy is refused while somebody does.
    let name = quoted(name);
    execute(
        administration,
        format!("CREATE DATABASE {name} TEMPLATE template0"),
    )
    .await
}

pub(crate) async fn drop_database(administration: &str, name: &str) -> Result<(), Failure> {
    let name = quoted(name);
    execute(
        administration,
        format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
    )
    .await
}

async fn execute(url: &str, statement: String) -> Result<(), Failure> {
    let options: PgConnectOptions = url.parse()?;
    let mut connection = options.connect().await?;
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(&mut connection)
        .await?;
    Ok(connection.close().await?)
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
