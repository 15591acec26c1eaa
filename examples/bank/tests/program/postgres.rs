//! The same program on another store.

use tempfile::TempDir;

use super::{complaint, printed};

/// A server has to be there; no async runtime is needed else.
fn database() -> Option<gesta_test_postgres::Database> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(gesta_test_postgres::database())
}

/// How long it took is not the same on any two runs.
fn without_times(line: &str) -> &str {
    match line.starts_with("  commands") {
        true => line.split(" in ").next().unwrap(),
        false => line,
    }
}

#[test]
fn postgres_prints_what_sqlite_prints() {
    let Some(database) = database() else { return };
    let directory = TempDir::new().unwrap();
    let on_postgres = |args: &[&str]| {
        let store = ["--store", database.url()];
        printed(directory.path(), &[&store, args].concat())
    };
    for args in [&[][..], &[], &["verify"]] {
        let (one, other) = (on_postgres(args), printed(directory.path(), args));
        for (one, other) in one.lines().zip(other.lines()) {
            assert_eq!(without_times(one), without_times(other));
        }
        assert_eq!(one.lines().count(), other.lines().count());
    }
}

#[test]
fn a_password_is_not_printed() {
    let directory = TempDir::new().unwrap();
    let store = "postgres://bank:s3cret@127.0.0.1:1/bank?sslmode=nonsense&password=s3cret";
    let said = complaint(directory.path(), &["--store", store], 1);
    assert!(said.contains("postgres://127.0.0.1:1/bank"), "{said}");
    assert!(!said.contains("s3cret"), "{said}");
}
