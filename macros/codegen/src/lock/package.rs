//! The package that is compiled, and its lock.

use std::collections::{HashMap, HashSet};
use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::SystemTime;

use gesta_lock::Lock;

/// The package whose code is expanded: whether what it stores is locked, and the lock.
#[derive(Clone)]
pub struct Package(Option<Locked>);

/// The lock of a package that has one, or is to have one.
#[derive(Clone)]
pub(crate) struct Locked {
    /// Empty if there is no file yet.
    file: Arc<Result<Lock, String>>,
    exists: bool,
    /// Whether changes are to be written instead of reported.
    accepts: bool,
    /// Where it is; `None` in tests.
    path: Option<PathBuf>,
}

impl Package {
    /// A package whose events are not locked: nothing is compared, and no tests are written.
    #[must_use]
    pub fn unlocked() -> Self {
        Self(None)
    }

    /// A package with this text as its lock.
    #[must_use]
    pub fn with_lock(text: &str) -> Self {
        Self(Some(Locked {
            file: Arc::new(parse(text)),
            exists: true,
            accepts: false,
            path: None,
        }))
    }

    /// The package that the compiler is at, as the environment tells it; `file` is the one that is expanded.
    ///
    /// What is not shipped is not locked: events in `tests/`, in `benches/`, in `examples/` and in examples of docs.
    #[must_use]
    pub fn current(file: Option<PathBuf>) -> Self {
        let Some(folder) = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from) else {
            return Self::unlocked();
        };
        if is_beside_what_is_shipped(&folder, file) {
            return Self::unlocked();
        }
        let path = folder.join("events.lock");
        let (file, exists) = read(&path);
        let accepts = env::var_os("GESTA_LOCK").is_some_and(|value| value == "accept");
        Self(Some(Locked {
            file,
            exists,
            accepts,
            path: Some(path),
        }))
    }

    /// The lock; `None` if nothing is locked.
    pub(crate) fn locked(&self) -> Option<Locked> {
        self.0.clone()
    }
}

impl Locked {
    /// What is locked, to be compared; `None` if changes are accepted, or if the file cannot be read.
    pub(crate) fn lock(&self) -> Option<&Lock> {
        if self.accepts {
            return None;
        }
        self.file.as_ref().as_ref().ok()
    }

    /// Why the file cannot be read.
    pub(crate) fn error(&self) -> Option<&String> {
        self.file.as_ref().as_ref().err()
    }

    pub(crate) fn exists(&self) -> bool {
        self.exists
    }

    /// Whether nothing in this crate tracks the file yet: it is large, and to include it once is enough.
    ///
    /// A process of the compiler compiles one crate.
    pub(crate) fn is_first(&self) -> bool {
        static SEEN: LazyLock<Mutex<HashSet<PathBuf>>> = LazyLock::new(Mutex::default);
        let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
        self.path.clone().is_none_or(|path| seen.insert(path))
    }
}

fn is_beside_what_is_shipped(folder: &Path, file: Option<PathBuf>) -> bool {
    // Cargo sets the one for tests and benches alone, rustdoc the other for the examples of docs.
    if env::var_os("CARGO_TARGET_TMPDIR").is_some()
        || env::var_os("UNSTABLE_RUSTDOC_TEST_PATH").is_some()
    {
        return true;
    }
    let Some(file) = file else {
        return false;
    };
    let file = env::current_dir().map_or(file.clone(), |current| current.join(&file));
    let is_doctest = file
        .file_name()
        .and_then(OsStr::to_str)
        .is_some_and(|name| name.starts_with("doctest_bundle"));
    let inside = file.strip_prefix(folder).ok();
    let first = inside.and_then(|path| path.iter().next());
    let beside = ["tests", "benches", "examples"];
    is_doctest || first.is_some_and(|first| beside.iter().any(|name| first == *name))
}

/// A file as it was read: when it was written, how long it is, and what stands in it.
type Cached = (SystemTime, u64, Arc<Result<Lock, String>>);

/// Each attribute asks for the same file.
static CACHE: LazyLock<Mutex<HashMap<PathBuf, Cached>>> = LazyLock::new(Mutex::default);

/// The lock, and whether there is such a file.
fn read(path: &Path) -> (Arc<Result<Lock, String>>, bool) {
    let Ok(metadata) = path.metadata() else {
        return (Arc::new(Ok(Lock::default())), false);
    };
    let written = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
    let mut cache = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((time, len, file)) = cache.get(path)
        && (*time, *len) == (written, metadata.len())
    {
        return (Arc::clone(file), true);
    }
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string());
    let file = Arc::new(text.and_then(|text| parse(&text)));
    let cached = (written, metadata.len(), Arc::clone(&file));
    cache.insert(path.to_owned(), cached);
    (file, true)
}

fn parse(text: &str) -> Result<Lock, String> {
    text.parse()
        .map_err(|error: gesta_lock::LockError| error.to_string())
}
