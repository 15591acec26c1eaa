//! What does not compile, and what the compiler says; `ui/<attribute>/fail` holds a file for each mistake.
//!
//! After a change of the texts: `TRYBUILD=overwrite cargo test -p gesta-tests --test ui`, and read what it wrote as a
//! beginner would.

use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

/// The compiler whose words the `.stderr` files hold.
const RECORDED: &str = "1.95.0";

/// The lock of the package that trybuild makes: it holds the names of `ui/lock`, which no other file has.
const LOCK: &str = include_str!("ui/lock/events.lock");

/// Two tests that write and compile at once would get in each other's way.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Puts the lock beside the `Cargo.toml` that trybuild writes.
fn lock() -> std::io::Result<()> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("..");
    let package = target.join("tests/trybuild").join(env!("CARGO_PKG_NAME"));
    std::fs::create_dir_all(&package)?;
    std::fs::write(package.join("events.lock"), LOCK)
}

#[test]
fn what_is_right_compiles() -> std::io::Result<()> {
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    lock()?;
    trybuild::TestCases::new().pass("ui/*/pass/*.rs");
    Ok(())
}

#[test]
fn each_mistake_is_explained() -> std::io::Result<()> {
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    lock()?;
    let version = compiler();
    if version.as_deref() == Some(RECORDED) {
        trybuild::TestCases::new().compile_fail("ui/*/fail/*.rs");
    } else {
        warn(&version.unwrap_or_else(|| "unknown".to_owned()));
    }
    Ok(())
}

/// The release of the compiler, as in `rustc 1.95.0 (59807616e 2026-04-14)`.
fn compiler() -> Option<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.split(' ').nth(1).map(str::to_owned)
}

/// Past the test harness, which shows nothing of a test that passes.
fn warn(version: &str) {
    let _ = writeln!(
        std::io::stderr().lock(),
        "\nNOT TESTED: the compile-fail tests were recorded with Rust {RECORDED}, this is Rust {version}.\n\
         NOT TESTED: run them with `cargo +{RECORDED} test -p gesta-tests --test ui`.\n"
    );
}
