//! What the attributes write, to read and to keep a snapshot of.

use std::path::PathBuf;

/// The file, with each `#[event]` and `#[aggregate]` in it expanded, as formatted code.
///
/// `path` is relative to the folder of the package's `Cargo.toml`. The attributes are found by the last segment of
/// their paths; derives and `macro_rules!` stay as they are, comments that are no docs are gone. A mistake in the
/// file shows as `compile_error!`.
///
/// With [insta](https://docs.rs/insta), a change of what is generated for your file is one that you review:
///
/// ```no_run
/// let code = gesta::testing::expansion("src/account.rs");
/// // insta::assert_snapshot!(code);
/// ```
///
/// # Panics
/// If the file cannot be read, or is no Rust: this is for tests.
#[must_use]
#[track_caller]
#[expect(clippy::panic, reason = "a test helper fails its test")]
pub fn expansion(path: &str) -> String {
    let folder = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(PathBuf::new, PathBuf::from);
    let source = match std::fs::read_to_string(folder.join(path)) {
        Ok(source) => source,
        Err(error) => panic!("`{path}` cannot be read: {error}"),
    };
    match syn::parse_file(&source).and_then(gesta_codegen::file) {
        Ok(file) => prettyplease::unparse(&file),
        Err(error) => panic!("`{path}` is no Rust: {error}"),
    }
}
