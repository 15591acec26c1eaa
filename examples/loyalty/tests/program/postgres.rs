//! The same program on another store.

use tempfile::TempDir;

use super::{printed, stable};

/// A server has to be there; no async runtime is needed else.
fn database() -> Option<gesta_test_postgres::Database> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(gesta_test_postgres::database())
}

#[test]
fn postgres_shows_what_sqlite_shows() {
    let Some(database) = database() else { return };
    let directory = TempDir::new().unwrap();
    let on_postgres = |line: &str| {
        printed(
            directory.path(),
            &format!("{line} --store {}", database.url()),
        )
    };
    let demonstrated = on_postgres("demo");
    assert!(demonstrated.contains("3 levels rose"), "{demonstrated}");
    // Without `--now` the time is that of the server.
    assert_eq!(
        on_postgres("sagas"),
        "3 upgrades\n\nM-001:silver  completed\n  answered: payment, logistics, support\n\
         \nM-002:gold  completed\n  answered: payment, support\n  escalated: logistics\n\
         \nM-004:platinum  completed\n  escalated: payment, logistics, support\n"
    );
    assert_eq!(
        stable(&on_postgres("audit M-002")),
        include_str!("audit.txt")
    );
}
