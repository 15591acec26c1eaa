//! Who may import whom. ARCHITECTURE.md says why; this reads the `use` lines and holds it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at what it does not expect"
)]

use std::fs;
use std::path::{Path, PathBuf};

/// The modules of the runtime, each with those that it may import. `lib.rs` and `private` may import all.
const RUNTIME: &[(&str, &[&str])] = &[
    ("shape", &["fnv"]),
    ("lock", &["aggregate", "event", "fnv", "shape"]),
    ("fnv", &[]),
    ("time", &[]),
    ("event", &["time"]),
    ("store", &["event", "fnv", "time"]),
    ("error", &["event", "store"]),
    ("aggregate", &["event", "shape", "store", "time"]),
    (
        "dispatch",
        &["aggregate", "error", "event", "fnv", "store", "time"],
    ),
    (
        "app",
        &[
            "aggregate",
            "dispatch",
            "error",
            "event",
            "feed",
            "fnv",
            "projection",
            "saga",
            "source",
            "store",
            "time",
        ],
    ),
    (
        "saga",
        &[
            "aggregate",
            "dispatch",
            "error",
            "event",
            "feed",
            "projection",
            "source",
            "store",
            "time",
        ],
    ),
    ("source", &["aggregate", "event"]),
    ("feed", &["dispatch", "event", "source", "store", "time"]),
    (
        "projection",
        &[
            "aggregate",
            "dispatch",
            "error",
            "event",
            "feed",
            "fnv",
            "source",
            "store",
            "time",
        ],
    ),
    (
        "saga",
        &["aggregate", "event", "projection", "source", "time"],
    ),
    (
        "testing",
        &[
            "aggregate",
            "error",
            "event",
            "feed",
            "projection",
            "saga",
            "source",
            "store",
            "time",
        ],
    ),
];

/// The stores, none of which sees another.
const STORES: &[&str] = &["memory", "postgres", "sqlite"];

/// The attributes, none of which sees another.
const ATTRIBUTES: &[&str] = &["aggregate", "event", "id", "projection", "saga", "value"];

/// The stages of an attribute, each with those of the same attribute that it may import.
const STAGES: &[(&str, &[&str])] = &[
    ("parse", &[]),
    ("model", &["parse"]),
    ("check", &["model"]),
    ("expand", &["model"]),
];

/// A file of a crate.
struct Source {
    path: PathBuf,
    /// The module that it is: `store/sqlite/mod.rs` is `store`, `sqlite`.
    module: Vec<String>,
    text: String,
}

impl Source {
    fn top(&self) -> &str {
        self.module.first().map_or("lib", String::as_str)
    }

    /// The modules of the same crate that its `use` lines name, as paths from the root.
    fn imports(&self) -> Vec<Vec<String>> {
        let mut imports = Vec::new();
        let mut lines = self.text.lines();
        while let Some(line) = lines.next() {
            let start = line.trim_start();
            let visible = start.split_once("use ").filter(|(before, _)| {
                before.is_empty() || (before.starts_with("pub") && before.ends_with(' '))
            });
            let Some((_, rest)) = visible else { continue };
            let mut tree = rest.to_owned();
            while !tree.contains(';') {
                tree += lines.next().unwrap().trim_start();
            }
            // In a module within the file, `super` is the file's own module.
            let inner = line.len() - start.len() > 0;
            for path in flatten(tree.split(';').next().unwrap()) {
                imports.extend(self.resolve(&path, inner));
            }
        }
        imports
    }

    /// The path from the root of the crate; `None` if it leads out of it.
    fn resolve(&self, path: &[String], inner: bool) -> Option<Vec<String>> {
        let supers = path.iter().take_while(|part| *part == "super").count();
        let rest = path.get(supers.max(1)..).unwrap_or_default();
        match path.first()?.as_str() {
            "crate" => Some(rest.to_vec()),
            "self" => Some([&self.module, rest].concat()),
            "super" => {
                let up = supers - usize::from(inner);
                let module = &self.module[..self.module.len() - up];
                Some([module, rest].concat())
            }
            _ => None,
        }
    }
}

/// `a::{b, c::d}` is `a::b` and `a::c::d`.
fn flatten(tree: &str) -> Vec<Vec<String>> {
    let Some((prefix, inner)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap();
        return vec![path.trim().split("::").map(str::to_owned).collect()];
    };
    let inner = &inner[..inner.rfind('}').unwrap()];
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (at, char) in inner.char_indices() {
        match char {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&inner[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&inner[start..]);
    let parts = parts.into_iter().filter(|part| !part.trim().is_empty());
    let whole = parts.map(|part| format!("{}{}", prefix.trim(), part.trim()));
    whole.flat_map(|path| flatten(&path)).collect()
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn sources(folder: &str) -> Vec<Source> {
    let src = root().join(folder);
    let mut found = Vec::new();
    let mut folders = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let module = path.strip_prefix(&src).unwrap().with_extension("");
                let parts = module.iter().map(|part| part.to_str().unwrap().to_owned());
                let parts = parts.filter(|part| part != "mod" && part != "lib");
                found.push(Source {
                    module: parts.collect(),
                    text: fs::read_to_string(&path).unwrap(),
                    path,
                });
            }
        }
    }
    assert!(found.len() > 10, "{folder} has only {} files", found.len());
    found
}

fn allowed(
    rules: &[(&str, &'static [&'static str])],
    name: &str,
) -> Option<&'static [&'static str]> {
    let rule = rules.iter().find(|(module, _)| *module == name);
    rule.map(|(_, allowed)| *allowed)
}

#[test]
fn the_modules_of_the_runtime_import_only_what_they_stand_on() {
    for source in sources("runtime/src") {
        let top = source.top();
        if ["lib", "private"].contains(&top) {
            continue;
        }
        let allowed = allowed(RUNTIME, top).unwrap_or_else(|| panic!("`{top}` is not in RUNTIME"));
        for import in source.imports() {
            let to = import.first().map_or("lib", String::as_str);
            assert!(
                to == top || allowed.contains(&to),
                "{}: `{top}` may not import `{}`",
                source.path.display(),
                import.join("::")
            );
        }
    }
}

#[test]
fn no_store_sees_another() {
    for source in sources("runtime/src/store") {
        let top = source.top().to_owned();
        for import in source.imports() {
            let mut inside = import.iter().skip_while(|part| *part == "store");
            let to = inside.next().map_or("", String::as_str);
            assert!(
                !STORES.contains(&&*top) || !STORES.contains(&to) || to == top,
                "{}: one store imports another",
                source.path.display()
            );
        }
    }
}

#[test]
fn the_attributes_never_import_each_other() {
    for source in sources("macros/codegen/src") {
        let top = source.top();
        for import in source.imports() {
            let to = import.first().map_or("", String::as_str);
            assert!(
                top == "lib" || !ATTRIBUTES.contains(&to) || to == top,
                "{}: `{top}` may not import `{}`",
                source.path.display(),
                import.join("::")
            );
        }
    }
}

#[test]
fn each_stage_imports_only_those_before_it() {
    let stage = |path: &[String]| {
        let found = path.iter().find(|part| allowed(STAGES, part).is_some());
        found.cloned()
    };
    for source in sources("macros/codegen/src") {
        let Some(from) = stage(&source.module) else {
            continue;
        };
        let earlier = allowed(STAGES, &from).unwrap();
        for import in source.imports() {
            // Only within one attribute: `syntax` and the like have no stages.
            let same = import.first().is_some_and(|top| top == source.top());
            let Some(to) = stage(&import).filter(|_| same) else {
                continue;
            };
            assert!(
                to == from || earlier.contains(&&*to) || other_half(&source.module, &import),
                "{}: `{from}` may not import `{to}`",
                source.path.display()
            );
        }
    }
}

/// Whether the two belong to the two halves of `#[aggregate]`: the impl's keys are those of the struct, to say where
/// a key belongs.
fn other_half(module: &[String], import: &[String]) -> bool {
    module.first().is_some_and(|top| top == "aggregate") && module.get(1) != import.get(1)
}

#[test]
fn only_expansion_writes_code_and_only_diagnostics_makes_errors() {
    const WRITES: &[&str] = &["expand", "fallback", "krate", "upcast"];
    for source in sources("macros/codegen/src") {
        let code = source.text.split("#[cfg(test)]").next().unwrap();
        let writes = source.module.iter().any(|part| WRITES.contains(&&**part));
        let place = source.path.display();
        let quotes = code.contains("quote!") || code.contains("quote_spanned!");
        assert!(writes || !quotes, "{place}: `quote!` outside of {WRITES:?}");
        let reports = source.top() == "diagnostics" || !code.contains("compile_error");
        assert!(reports, "{place}: makes an error by itself");
    }
}

#[test]
fn the_crates_stand_in_one_order() {
    let depends = |manifest: &str, on: &str| {
        let text = fs::read_to_string(root().join(manifest)).unwrap();
        let after = text.split("\n[dependencies]\n").nth(1).unwrap();
        let section = after.split("\n[").next().unwrap();
        section.lines().any(|line| {
            let name = line.split(['.', ' ', '=']).next().unwrap();
            name == on
        })
    };
    for (manifest, below, above) in [
        ("runtime/Cargo.toml", "gesta-macros", "bank"),
        ("macros/Cargo.toml", "gesta-codegen", "gesta"),
        ("macros/codegen/Cargo.toml", "gesta-lock", "gesta-macros"),
    ] {
        assert!(depends(manifest, below), "{manifest} without {below}");
        assert!(!depends(manifest, above), "{manifest} on {above}");
    }
    for above in ["gesta", "gesta-macros"] {
        let manifest = "macros/codegen/Cargo.toml";
        assert!(!depends(manifest, above), "{manifest} on {above}");
    }
}
