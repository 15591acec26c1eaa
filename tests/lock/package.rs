//! A package of its own, and cargo in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A library that depends on this Gesta.
pub struct Package {
    folder: PathBuf,
    _temporary: tempfile::TempDir,
}

/// What cargo said.
pub struct Run {
    is_success: bool,
    output: String,
}

impl Package {
    pub fn new(source: &str) -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().join("shop");
        fs::create_dir_all(folder.join("src")).unwrap();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let gesta = root.join("runtime");
        let manifest = format!(
            "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
             [dependencies]\ngesta = {{ path = {gesta:?}, default-features = false }}\n\n[workspace]\n"
        );
        fs::write(folder.join("Cargo.toml"), manifest).unwrap();
        // The versions that everything else here is tested with.
        fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
        let package = Self {
            folder,
            _temporary: temporary,
        };
        package.write(source);
        package
    }

    pub fn write(&self, source: &str) {
        self.replace("src/lib.rs", source);
    }

    pub fn write_lock(&self, text: &str) {
        self.replace("events.lock", text);
    }

    pub fn lock(&self) -> String {
        fs::read_to_string(self.folder.join("events.lock")).unwrap()
    }

    pub fn check(&self) -> Run {
        self.cargo(&["check", "--lib"], None)
    }

    pub fn test(&self) -> Run {
        self.cargo(&["test", "--lib"], None)
    }

    pub fn accept(&self) -> Run {
        self.cargo(&["test", "--lib"], Some("accept"))
    }

    /// Writes a file so that cargo sees it: by its clock two writes may be of one moment.
    fn replace(&self, file: &str, text: &str) {
        let path = self.folder.join(file);
        let before = path.metadata().and_then(|metadata| metadata.modified());
        fs::write(&path, text).unwrap();
        while let Ok(before) = before
            && path.metadata().unwrap().modified().unwrap() <= before
        {
            fs::write(&path, text).unwrap();
        }
    }

    fn cargo(&self, args: &[&str], lock: Option<&str>) -> Run {
        let mut command = Command::new(env!("CARGO"));
        command
            .current_dir(&self.folder)
            .args(args)
            .env(
                "CARGO_TARGET_DIR",
                Path::new(env!("CARGO_TARGET_TMPDIR")).join("lock"),
            )
            .env("CARGO_TERM_COLOR", "never")
            .env("RUST_BACKTRACE", "0")
            .env_remove("GESTA_LOCK");
        if let Some(lock) = lock {
            command.env("GESTA_LOCK", lock);
        }
        let output = command.output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        Run {
            is_success: output.status.success(),
            output: String::from_utf8_lossy(&text).into_owned(),
        }
    }
}

impl Run {
    #[track_caller]
    pub fn passes(self) -> String {
        assert!(self.is_success, "{}", self.output);
        self.output
    }

    #[track_caller]
    pub fn fails(self) -> String {
        assert!(!self.is_success, "{}", self.output);
        self.output
    }
}
