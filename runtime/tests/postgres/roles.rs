//! The roles that the book tells, by the very file that is in it.

use std::time::Duration;

use gesta::store::PostgresStore;
use gesta::{App, SendError, StoreError, Uuid};
use gesta_test_postgres::Cluster;
use sqlx::Connection;

use crate::account::{Account, Deposit, Look, Withdraw, balance, bank_on};
use crate::sql::{connect, run, try_run, with};
use crate::views::use_read_models;

const FILE: &str = include_str!("../../../book/src/postgres/roles.sql");

fn section(name: &str) -> &'static str {
    let (_, text) = FILE.split_once(&format!("-- ANCHOR: {name}")).unwrap();
    text.split_once("-- ANCHOR_END").unwrap().0
}

struct Roles(Cluster);

impl Roles {
    /// A server with the three roles, and with the tables.
    async fn new() -> Option<Self> {
        let roles = Self(Cluster::start(&[]).unwrap()?);
        run(&roles.url("postgres"), section("roles")).await;
        let address = roles.address("bank_owner");
        drop(PostgresStore::connect(&address).await.unwrap());
        run(&roles.url("bank_owner"), section("grants")).await;
        Some(roles)
    }

    fn url(&self, role: &str) -> String {
        let url = self.0.url("postgres");
        url.replace("postgres@", &format!("{role}@"))
    }

    fn address(&self, role: &str) -> String {
        with(&self.url(role), "schema=bank")
    }
}

/// Whatever an app can be asked for. Each time on an account of its own, and again on the one of all.
async fn use_it_all(address: &str) -> Result<(), String> {
    let said = |error: &dyn std::fmt::Debug| format!("{error:?}");
    let start = || App::builder().store(address).aggregate::<Account>().start();
    let (bank, other) = (
        start().await.map_err(|error| said(&error))?,
        start().await.map_err(|error| said(&error))?,
    );
    let id = Uuid::now_v7().to_string();
    for bank in [&bank, &other, &bank, &other, &bank, &other] {
        // Each meets what the other wrote, decides again, and keeps a snapshot in the end.
        let sent = bank.send(id.as_str(), Deposit { cents: 1 }).await;
        sent.map_err(|error| said(&error))?;
        let sent = bank.send("all", Deposit { cents: 1 }).await;
        sent.map_err(|error| said(&error))?;
    }
    for _ in 0..2 {
        let look = bank.send(id.as_str(), Look).command_id(Uuid::nil());
        look.await.map_err(|error| said(&error))?;
    }
    let mut connection = connect(address.split("?schema").next().unwrap()).await;
    let mut transaction = connection.begin().await.map_err(|error| said(&error))?;
    let withdraw = bank.send(id.as_str(), Withdraw { cents: 6 });
    let sent = withdraw.within(&mut transaction).await;
    sent.map_err(|error| said(&error))?;
    transaction.commit().await.map_err(|error| said(&error))?;
    let loaded = bank.load::<Account>(id.as_str()).await;
    assert_eq!(loaded.map_err(|error| said(&error))?.state.balance, 0);
    let mut history = bank.history::<Account>(id.as_str());
    while let Some(event) = history.next().await {
        event.map_err(|error| said(&error))?;
    }
    bank.verify().await.map_err(|error| said(&error))?;
    use_read_models(address)
        .await
        .map_err(|error| said(&error))?;
    bank.shutdown().await.map_err(|error| said(&error))?;
    other.shutdown().await.map_err(|error| said(&error))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_application_needs_these_grants_and_no_others() {
    let Some(roles) = Roles::new().await else {
        return;
    };
    let (app, owner) = (roles.address("bank_app"), roles.url("bank_owner"));
    use_it_all(&app).await.unwrap();
    let grants = [
        ("USAGE", "SCHEMA bank"),
        ("SELECT", "bank.gesta_events"),
        ("INSERT", "bank.gesta_events"),
        ("SELECT", "bank.gesta_commands"),
        ("INSERT", "bank.gesta_commands"),
        ("SELECT", "bank.gesta_snapshots"),
        ("INSERT", "bank.gesta_snapshots"),
        ("UPDATE", "bank.gesta_snapshots"),
        ("SELECT", "bank.gesta_counter"),
        ("UPDATE", "bank.gesta_counter"),
        ("SELECT", "bank.gesta_schema"),
        ("SELECT", "bank.gesta_projections"),
        ("INSERT", "bank.gesta_projections"),
        ("UPDATE", "bank.gesta_projections"),
        ("DELETE", "bank.gesta_projections"),
        ("SELECT", "bank.gesta_documents"),
        ("INSERT", "bank.gesta_documents"),
        ("UPDATE", "bank.gesta_documents"),
        ("DELETE", "bank.gesta_documents"),
        ("SELECT", "bank.gesta_entries"),
        ("INSERT", "bank.gesta_entries"),
        ("DELETE", "bank.gesta_entries"),
        ("SELECT", "bank.gesta_parked"),
        ("INSERT", "bank.gesta_parked"),
        ("UPDATE", "bank.gesta_parked"),
        ("DELETE", "bank.gesta_parked"),
    ];
    for (right, what) in grants {
        run(&owner, &format!("REVOKE {right} ON {what} FROM bank_app")).await;
        let used = use_it_all(&app).await;
        let said = used.expect_err(&format!("{right} on {what} is not needed"));
        // Whoever may not look at the commands does not know what became of one.
        let typed = said.contains("42501") || said.contains("OutcomeUnknown");
        assert!(typed, "{right} on {what}: {said}");
        run(&owner, &format!("GRANT {right} ON {what} TO bank_app")).await;
    }
    use_it_all(&app).await.unwrap();
}

/// What nobody but the owner may do.
const CHANGES: &[&str] = &[
    "UPDATE bank.gesta_events SET payload = '{}'",
    "DELETE FROM bank.gesta_events",
    "TRUNCATE bank.gesta_events",
    "UPDATE bank.gesta_commands SET events = 0",
    "DELETE FROM bank.gesta_commands",
    "TRUNCATE bank.gesta_commands",
    "DELETE FROM bank.gesta_counter",
    "DELETE FROM bank.gesta_snapshots",
    "UPDATE bank.gesta_schema SET step = 9",
    "DROP TABLE bank.gesta_events",
    "ALTER TABLE bank.gesta_events ADD COLUMN more text",
    "TRUNCATE bank.gesta_documents",
    "DROP TABLE bank.gesta_documents",
    "CREATE TABLE bank.mine ()",
    "CREATE INDEX ON bank.gesta_events (name)",
    "CREATE TRIGGER t BEFORE INSERT ON bank.gesta_events EXECUTE FUNCTION suppress_redundant_updates_trigger()",
];

async fn assert_refused(url: &str, sql: &str) {
    let error = try_run(url, sql).await.expect_err(sql);
    let code = error.as_database_error().unwrap().code().unwrap();
    assert_eq!(code, "42501", "{sql}: {error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_changes_what_is_stored() {
    let Some(roles) = Roles::new().await else {
        return;
    };
    use_it_all(&roles.address("bank_app")).await.unwrap();
    for sql in CHANGES {
        assert_refused(&roles.url("bank_app"), sql).await;
        assert_refused(&roles.url("bank_reader"), sql).await;
    }
    for table in ["events", "commands", "snapshots", "counter", "schema"] {
        let insert = format!("INSERT INTO bank.gesta_{table} SELECT * FROM bank.gesta_{table}");
        assert_refused(&roles.url("bank_reader"), &insert).await;
    }
    let columns = ["position", "key", "key", "key"];
    for (table, column) in ["projections", "documents", "entries", "parked"]
        .into_iter()
        .zip(columns)
    {
        let url = roles.url("bank_reader");
        run(&url, &format!("SELECT * FROM bank.gesta_{table}")).await;
        assert_refused(&url, &format!("DELETE FROM bank.gesta_{table}")).await;
        let update = format!("UPDATE bank.gesta_{table} SET {column} = {column}");
        assert_refused(&url, &update).await;
    }

    let url = roles.url("bank_reader");
    run(&url, "SELECT * FROM bank.gesta_log").await;
    let reader = bank_on(roles.address("bank_reader")).await;
    assert_eq!(balance(&reader, "all").await, 6);
    reader.verify().await.unwrap();
    let sent = reader.send("all", Deposit { cents: 1 }).await;
    assert!(
        matches!(sent, Err(SendError::Store(StoreError::Failed(_)))),
        "{sent:?}"
    );
}

#[tokio::test]
async fn a_role_that_may_not_make_the_tables_is_told() {
    let Some(roles) = Roles::new().await else {
        return;
    };
    let address = with(&roles.url("bank_app"), "schema=other");
    let error = PostgresStore::connect(&address).await.unwrap_err();
    let StoreError::Failed(source) = &error else {
        panic!("{error:?}");
    };
    assert!(source.to_string().contains("permission denied"), "{source}");
}

/// As where each instance has a login of its own, and all are one role to the database.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_may_stand_for_another_role() {
    let Some(roles) = Roles::new().await else {
        return;
    };
    let login =
        "CREATE ROLE instance LOGIN IN ROLE bank_app; ALTER ROLE instance SET role = bank_app";
    run(&roles.url("postgres"), login).await;
    let address = roles.address("instance");
    use_it_all(&address).await.unwrap();

    // What served a connection that is lost is ended, also while it waits for the counter.
    let builder = PostgresStore::builder(&address).unwrap();
    let bank = bank_on(builder.patience(Duration::from_secs(1))).await;
    let mut holder = connect(&roles.url("bank_app")).await;
    let mut transaction = holder.begin().await.unwrap();
    let lock = sqlx::raw_sql("SELECT position FROM bank.gesta_counter FOR UPDATE");
    lock.execute(&mut *transaction).await.unwrap();
    let sent = bank.send("late", Deposit { cents: 1 }).await;
    assert!(
        matches!(sent, Err(SendError::Store(StoreError::Unavailable(_)))),
        "{sent:?}"
    );
    transaction.rollback().await.unwrap();
    bank.send("late", Deposit { cents: 1 }).await.unwrap();
    assert_eq!(balance(&bank, "late").await, 1);
}
