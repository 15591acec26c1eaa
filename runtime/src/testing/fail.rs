//! How a test fails.

/// The value, or the failure of the test.
#[track_caller]
pub(super) fn or_fail<T>(result: Result<T, String>) -> T {
    match result {
        Ok(value) => value,
        Err(message) => fail(&message),
    }
}

/// Fails the test.
#[track_caller]
#[expect(clippy::panic, reason = "this is how a test fails")]
pub(super) fn fail(message: &str) -> ! {
    panic!("{message}")
}
