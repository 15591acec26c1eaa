//! Every block of Rust in the book is a piece of a file that is compiled, and every block of SQL one of a file that tests
//! run; the README shows the book's account.

use std::fs;
use std::path::{Path, PathBuf};

/// What a block may be. Whatever is Rust must say so, to be held to it.
const LANGUAGES: &[&str] = &["mermaid", "rust", "sh", "sql", "text", "toml"];

/// One fenced block of a chapter.
struct Block {
    /// Where it begins, for people.
    place: String,
    chapter: PathBuf,
    language: String,
    lines: Vec<String>,
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let mut files: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    files.sort();
    files
}

fn blocks(chapter: &Path) -> Vec<Block> {
    let text = read(chapter);
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for (number, line) in (1..).zip(text.lines()) {
        let fence = line.trim_start().strip_prefix("```");
        match fence {
            Some(_) if open => open = false,
            Some(language) => {
                open = true;
                blocks.push(Block {
                    place: format!("{}:{number}", chapter.display()),
                    chapter: chapter.to_owned(),
                    language: language.to_owned(),
                    lines: Vec::new(),
                });
            }
            None if open => blocks.last_mut().unwrap().lines.push(line.to_owned()),
            None => {}
        }
    }
    assert!(!open, "{}: a block does not end", chapter.display());
    blocks
}

/// The file and the anchor of `{{#include file:anchor}}`.
fn included(line: &str) -> Option<(&str, Option<&str>)> {
    let inner = line
        .trim()
        .strip_prefix("{{#include ")?
        .strip_suffix("}}")?;
    Some(match inner.split_once(':') {
        Some((file, anchor)) => (file, Some(anchor)),
        None => (inner, None),
    })
}

/// The file, after a look that it is there and has the anchor.
fn resolve(block: &Block, file: &str, anchor: Option<&str>) -> PathBuf {
    let path = block.chapter.parent().unwrap().join(file);
    let text = read(&path);
    if let Some(anchor) = anchor {
        let comment = match file.ends_with(".sql") {
            true => "--",
            false => "//",
        };
        for marker in ["ANCHOR", "ANCHOR_END"] {
            let marker = format!("{comment} {marker}: {anchor}");
            let count = text.lines().filter(|line| line.trim() == marker).count();
            assert_eq!(count, 1, "{}: `{marker}` in {file}", block.place);
        }
    }
    path.canonicalize().unwrap()
}

#[test]
fn every_block_of_rust_is_compiled() {
    let code = root().join("tests/book").canonicalize().unwrap();
    let modules = read(&code.join("main.rs"));
    let mut count = 0;
    for block in files(&root().join("book/src"), "md")
        .iter()
        .flat_map(|chapter| blocks(chapter))
    {
        let Block {
            place, language, ..
        } = &block;
        assert!(
            LANGUAGES.contains(&language.as_str()),
            "{place}: `{language}` is not one of {LANGUAGES:?}"
        );
        for (file, anchor) in block.lines.iter().filter_map(|line| included(line)) {
            let path = resolve(&block, file, anchor);
            if language == "rust" {
                count += 1;
                assert_eq!(path.parent(), Some(&*code), "{place}: not in tests/book");
                let module = path.file_stem().unwrap().to_str().unwrap();
                let declared = modules.contains(&format!("mod {module};"));
                assert!(declared, "{place}: {module}.rs is not compiled");
            }
        }
        let fits = |line: &String| line.is_empty() || included(line).is_some();
        let includes = block.lines.iter().all(fits);
        assert!(
            !["rust", "sql"].contains(&language.as_str()) || includes,
            "{place}: code that is not included from a file"
        );
    }
    assert!(count > 20, "only {count} blocks were found");
}

#[test]
fn the_readme_shows_the_account_of_the_book() {
    let readme = root().join("README.md");
    let blocks = blocks(&readme);
    let rust = blocks
        .iter()
        .find(|block| block.language.starts_with("rust"));
    let shown = rust.expect("no Rust in the README").lines.join("\n");
    let code = |name: &str| {
        let text = read(&root().join("tests/book").join(name));
        let lines = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("// ANCHOR"));
        lines.collect::<Vec<_>>().join("\n")
    };
    assert!(shown.starts_with(&code("account.rs")), "another account");
    let program = code("quickstart.rs");
    let main = program.split("#[tokio::main]").nth(1).unwrap();
    let main = main.split("\n}\n").next().unwrap();
    assert!(shown.contains(main), "another program");
}

#[test]
fn the_readme_shows_the_saga_of_the_book() {
    let code = read(&root().join("tests/book/move_money.rs"));
    let saga = code.split("// ANCHOR: saga\n").nth(1).unwrap();
    let saga = saga.split("// ANCHOR_END").next().unwrap();
    assert!(
        read(&root().join("README.md")).contains(saga),
        "another saga"
    );
}
