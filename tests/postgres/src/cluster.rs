//! A server of one's own.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection};

use crate::installation::Installation;
use crate::postmaster::{Postmaster, Refusal};
use crate::watchdog::Watchdog;
use crate::{Failure, missing};

/// How often a port is chosen before it is given up.
const ATTEMPTS: usize = 20;

/// The path of a socket must fit into 100 bytes or so.
const LONGEST_FOLDER: usize = 80;

/// A PostgreSQL server with files of its own. When it is dropped, or the process ends in any way, it stops and its
/// files are removed.
///
/// Nobody needs a password, and nothing of what makes a commit durable is turned off. The functions that are not
/// async block until they are done.
#[derive(Debug)]
pub struct Cluster {
    installation: Installation,
    folder: PathBuf,
    port: u16,
    settings: Vec<(String, String)>,
    postmaster: Option<Postmaster>,
    watchdog: Watchdog,
}

impl Cluster {
    /// Makes a cluster with these settings, such as `("fsync", "off")`, and starts it. None if PostgreSQL is not
    /// installed, which is said on standard error.
    ///
    /// # Errors
    /// If it does not start, or is not installed while `CI` is set.
    pub fn start(settings: &[(&str, &str)]) -> Result<Option<Self>, Failure> {
        let cluster = Self::start_if_installed(settings)?;
        if cluster.is_none() {
            missing::skip(
                "tests that need a server of their own",
                "install one, as by `apt-get install postgresql`",
            )?;
        }
        Ok(cluster)
    }

    /// The same, and says nothing if it is not.
    pub(crate) fn start_if_installed(settings: &[(&str, &str)]) -> Result<Option<Self>, Failure> {
        let Some(installation) = Installation::find()? else {
            return Ok(None);
        };
        let folder = folder(&installation)?;
        let watchdog = Watchdog::start(&installation, folder.path())?;
        let mut cluster = Self {
            installation,
            settings: all_settings(settings, folder.path()),
            folder: folder.keep(),
            port: 0,
            postmaster: None,
            watchdog,
        };
        cluster.init()?;
        cluster.start_on_a_free_port()?;
        Ok(Some(cluster))
    }

    fn init(&self) -> Result<(), Failure> {
        let mut command = self.installation.command("initdb");
        command.args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"]);
        // What it makes is on no disk yet if the machine fails now, and then nobody needs it.
        command.arg("--no-sync").arg("-D").arg(self.data());
        let output = command.current_dir(&self.folder).output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(format!("initdb failed:\n{said}").into());
        }
        Ok(())
    }

    fn start_on_a_free_port(&mut self) -> Result<(), Failure> {
        for _ in 0..ATTEMPTS {
            self.port = free_port()?;
            match self.try_start() {
                Err(Refusal::PortTaken) => {}
                Err(Refusal::Other(failure)) => return Err(failure),
                Ok(()) => return Ok(()),
            }
        }
        Err("each port that was free was taken a moment later".into())
    }

    fn try_start(&mut self) -> Result<(), Refusal> {
        let (installation, folder) = (&self.installation, &self.folder);
        let postmaster = Postmaster::start(installation, folder, self.port, &self.settings)?;
        self.postmaster = Some(postmaster);
        Ok(())
    }

    /// Starts the server again on the same port, after [`stop`](Self::stop) or [`kill`](Self::kill).
    ///
    /// # Errors
    /// If it runs, or does not start.
    pub fn start_again(&mut self) -> Result<(), Failure> {
        if self.postmaster.is_some() {
            return Err("the server runs".into());
        }
        let start = Instant::now();
        loop {
            match self.try_start() {
                // Whoever took it meanwhile may let go of it.
                Err(Refusal::PortTaken) if start.elapsed() < Duration::from_secs(10) => {}
                Err(Refusal::PortTaken) => return Err("its port is taken".into()),
                Err(Refusal::Other(failure)) => return Err(failure),
                Ok(()) => return Ok(()),
            }
        }
    }

    /// Stops the server as its administrator would, who does not wait for clients.
    ///
    /// # Errors
    /// If it does not run.
    pub fn stop(&mut self) -> Result<(), Failure> {
        self.take()?.stop()
    }

    /// Kills all processes of the server at one moment, as a power cut would; but what the system holds in memory
    /// stays, so that a missing fsync is not found.
    ///
    /// # Errors
    /// If it does not run.
    pub fn kill(&mut self) -> Result<(), Failure> {
        self.take()?.kill()
    }

    /// Kills the one backend with this id (`SELECT pg_backend_pid()`), upon which the server ends all others and
    /// recovers as after a crash. Connections are taken again soon after, not at once.
    ///
    /// # Errors
    /// If the server does not run, or this is none of its backends.
    pub fn kill_backend(&self, id: i32) -> Result<(), Failure> {
        let postmaster = self.postmaster.as_ref();
        postmaster
            .ok_or("the server does not run")?
            .kill_backend(id)
    }

    fn take(&mut self) -> Result<Postmaster, Failure> {
        self.postmaster
            .take()
            .ok_or("the server does not run".into())
    }

    /// The URL of a database of this server, over TCP.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@{}/{database}", self.address())
    }

    /// The URL of a database of this server, over its Unix socket.
    #[must_use]
    pub fn socket_url(&self, database: &str) -> String {
        let (folder, port) = (self.folder.display(), self.port);
        format!("postgres://postgres@localhost:{port}/{database}?host={folder}")
    }

    /// Where the server listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// All that is on disk: its files in `data`, what the server says in `log`, and its socket.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Makes an empty database, and gives its URL.
    ///
    /// # Errors
    /// If there is one of this name, or the server does not answer.
    pub async fn create_database(&self, name: &str) -> Result<String, Failure> {
        crate::server::create_database(&self.url("postgres"), name).await?;
        Ok(self.url(name))
    }

    /// Returns when the server answers a query again, after [`kill_backend`](Self::kill_backend).
    ///
    /// # Errors
    /// If it does not within a minute.
    pub async fn until_ready(&self) -> Result<(), Failure> {
        let options: PgConnectOptions = self.url("postgres").parse()?;
        let start = Instant::now();
        loop {
            match options.connect().await {
                Ok(connection) => return Ok(connection.close().await?),
                Err(error) if start.elapsed() > Duration::from_secs(60) => return Err(error.into()),
                Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.watchdog.finish();
        if let Some(mut postmaster) = self.postmaster.take() {
            postmaster.reap();
        }
    }
}

/// An empty folder that belongs to whom the server runs as.
fn folder(installation: &Installation) -> Result<tempfile::TempDir, Failure> {
    let mut root = std::env::temp_dir();
    if root.as_os_str().len() + "/gesta-pg-123456".len() > LONGEST_FOLDER {
        root = PathBuf::from("/tmp");
    }
    let folder = tempfile::Builder::new()
        .prefix("gesta-pg-")
        .tempdir_in(root)?;
    if let Some(user) = installation.user() {
        std::os::unix::fs::chown(folder.path(), Some(user.id), Some(user.group))?;
    }
    Ok(folder)
}

/// Ours first, so that others have the last word.
fn all_settings(others: &[(&str, &str)], folder: &Path) -> Vec<(String, String)> {
    let folder = folder.display().to_string();
    let ours = [
        ("listen_addresses", "127.0.0.1"),
        ("unix_socket_directories", &folder),
        ("max_connections", "200"),
        // In the folder, so that a killed server leaves nothing elsewhere.
        ("dynamic_shared_memory_type", "mmap"),
    ];
    let all = ours.iter().chain(others);
    all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// A port that nobody uses at the moment, below those that systems hand out to clients: a server that starts again
/// wants to find it free.
pub(crate) fn free_port() -> Result<u16, Failure> {
    for _ in 0..ATTEMPTS {
        let port = u16::try_from(20_000 + crate::random() % 12_000)?;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(port);
        }
    }
    Err("no port is free".into())
}
