//! A database for one test.

use tokio::runtime::Builder;

use crate::server::{Server, create_database, drop_database, server};

/// An empty database that nobody else uses. It is dropped with this value, whoever is still connected.
#[derive(Debug)]
pub struct Database {
    server: &'static Server,
    name: String,
    url: String,
}

/// A fresh database on the server that tests share. None if there is no server, which was said on standard error.
///
/// # Panics
/// If there is none while `CI` is set, or if it does not make a database.
pub async fn database() -> Option<Database> {
    let server = tokio::task::spawn_blocking(server).await;
    #[expect(clippy::panic, reason = "so a test fails that must not be left out")]
    let server = server.unwrap_or_else(|failure| panic!("no server: {failure}"))?;
    let name = format!("gesta_test_{:016x}", crate::random());
    let made = create_database(&server.administration(), &name).await;
    #[expect(clippy::panic, reason = "so a test fails that must not be left out")]
    made.unwrap_or_else(|failure| panic!("no database: {failure}"));
    let url = server.url(&name);
    Some(Database { server, name, url })
}

impl Database {
    /// Its URL, `postgres://..`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its name, which no other database has.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The server that it is on.
    #[must_use]
    pub fn server(&self) -> &'static Server {
        self.server
    }
}

impl Drop for Database {
    /// In a thread: whoever drops this may stand in an async runtime, where one cannot wait.
    fn drop(&mut self) {
        let (administration, name) = (self.server.administration(), self.name.clone());
        let thread = std::thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build();
            runtime.map(|runtime| runtime.block_on(drop_database(&administration, &name)))
        });
        // A server that was killed keeps it; there is nobody to tell.
        let _ = thread.join();
    }
}
