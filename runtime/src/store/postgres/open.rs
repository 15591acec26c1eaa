//! Opening a database: the server's settings, the schema, the connections.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use tokio::sync::Mutex;

use crate::store::StoreError;

use super::announce::Announcer;
use super::lanes::Lanes;
use super::loads::Loads;
use super::names::Names;
use super::reader::Reader;
use super::session::Session;
use super::texts::Texts;
use super::views::Views;
use super::writer::Writer;
use super::{PostgresStore, schema, server};

const PATIENCE: Duration = Duration::from_secs(10);
/// Below, the server would take it for no limit; above, it takes no number.
const SHORTEST: Duration = Duration::from_millis(1);
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
const READERS: u32 = 4;

/// What database to open, and how.
#[derive(Clone)]
pub struct PostgresBuilder {
    options: PgConnectOptions,
    names: Names,
    patience: Duration,
    readers: u32,
}

impl PostgresBuilder {
    /// The database that these options connect to.
    ///
    /// From an existing pool: `PostgresBuilder::connecting(pool.connect_options().as_ref().clone())`, which is what
    /// [`AppBuilder::store`](crate::AppBuilder::store) does with one.
    #[must_use]
    pub fn connecting(options: PgConnectOptions) -> Self {
        Self {
            options,
            names: Names::default(),
            patience: PATIENCE,
            readers: READERS,
        }
    }

    /// The schema that the tables are in: `public` by default. It is made if there is none.
    ///
    /// 1 to 63 of the characters a to z, 0 to 9 and `_`, a digit not first.
    #[must_use]
    pub fn schema(mut self, schema: impl Into<String>) -> Self {
        self.names.set_schema(schema);
        self
    }

    /// How the names of the tables begin: `gesta_` by default. 1 to 31 of the same characters.
    #[must_use]
    pub fn table_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.names.set_prefix(prefix);
        self
    }

    /// How long a server that cannot be reached, or a lock that another process holds, is waited for: 10 seconds by
    /// default, a day at most. An answer of the server is waited for twice as long.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience.clamp(SHORTEST, LONGEST);
        self
    }

    /// How many connections read, at most: 4 by default, at least 1. One more writes, and one more writes read models.
    #[must_use]
    pub fn readers(mut self, readers: u32) -> Self {
        self.readers = readers.max(1);
        self
    }

    /// The SQL that makes the schema and the tables, for those who make them by other means than opening the store.
    ///
    /// # Errors
    /// [`StoreError::Name`] if the schema or the prefix is not one that can be used.
    pub fn schema_sql(&self) -> Result<String, StoreError> {
        self.names.check()?;
        Ok(schema::sql(&self.names))
    }

    /// Connects, looks at the server's settings, and makes the tables that are missing.
    ///
    /// Must be called in a tokio runtime, on which the store then reads.
    ///
    /// # Errors
    /// Those of [`PostgresStore::connect`].
    pub async fn open(self) -> Result<PostgresStore, StoreError> {
        self.names.check()?;
        self.check_encryption()?;
        let options = self.own_options();
        let mut session = Session::connect(&options, self.patience).await?;
        let ready = self.make_ready(&mut session);
        tokio::time::timeout(self.patience * 2, ready)
            .await
            .unwrap_or_else(|_| Err(StoreError::unavailable("the server does not answer")))?;
        tracing::debug!(schema = self.names.schema(), "opened the PostgreSQL store");
        let lanes = Arc::new(Lanes::new(options.clone(), self.patience, self.readers));
        let texts = Arc::new(Texts::new(&self.names));
        let reader = Reader::new(Arc::clone(&lanes), Arc::clone(&texts), self.patience);
        let reader = Arc::new(reader);
        let views = Views::new(lanes, &reader, options.clone(), &self.names, self.patience);
        let announcer = Announcer::start(&reader, options.clone(), &self.names);
        let writer = Writer::new(options, Arc::clone(&texts), self.patience, session);
        Ok(PostgresStore {
            writer: Mutex::new(writer),
            unsettled: AtomicBool::new(false),
            loads: Loads::start(&reader, &texts.streams),
            announcer,
            reader,
            views,
            texts,
            patience: i64::try_from(self.patience.as_millis()).unwrap_or(i64::MAX),
        })
    }

    async fn make_ready(&self, session: &mut Session) -> Result<(), StoreError> {
        server::check(&mut session.connection).await?;
        schema::migrate(&mut session.connection, &self.names).await
    }

    /// Without the feature, sqlx would say so only once it is connected.
    fn check_encryption(&self) -> Result<(), StoreError> {
        let wanted = self.options.get_ssl_mode();
        let needed = matches!(
            wanted,
            PgSslMode::Require | PgSslMode::VerifyCa | PgSslMode::VerifyFull
        );
        if needed && cfg!(not(feature = "tls")) {
            return Err(StoreError::Address {
                address: "postgres:..".to_owned(),
                reason: "it wants an encrypted connection: switch on gesta's feature `tls`"
                    .to_owned(),
            });
        }
        Ok(())
    }

    fn own_options(&self) -> PgConnectOptions {
        let options = self.options.clone().disable_statement_logging();
        match options.get_application_name() {
            Some(_) => options,
            None => options.application_name("gesta"),
        }
    }
}

impl fmt::Debug for PostgresBuilder {
    /// Without the options, which hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresBuilder")
            .field("names", &self.names)
            .field("patience", &self.patience)
            .field("readers", &self.readers)
            .finish_non_exhaustive()
    }
}
