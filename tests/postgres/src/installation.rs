//! Where the programs of PostgreSQL are, and who may run them.

use std::cmp::Reverse;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Failure;

/// Where distributions put the programs that they leave out of `PATH`: a folder, what the names in it that belong to
/// a version begin with, and where the programs are below it.
const DISTRIBUTIONS: [(&str, &str, &str); 4] = [
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr", "pgsql-", "bin"),
    ("/opt/homebrew/opt", "postgresql", "bin"),
    ("/usr/local/opt", "postgresql", "bin"),
];

/// A user of this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct User {
    pub id: u32,
    pub group: u32,
}

/// The programs, and the user whom they run as if it is not ours.
#[derive(Debug, Clone)]
pub(crate) struct Installation {
    folder: PathBuf,
    user: Option<User>,
}

impl Installation {
    /// The one that `PATH` leads to, else the newest of the distribution.
    pub fn find() -> Result<Option<Self>, Failure> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::env::split_paths(&path).chain(
            DISTRIBUTIONS
                .iter()
                .flat_map(|(root, prefix, below)| versions(Path::new(root), prefix, below)),
        );
        let Some(folder) = complete(folders) else {
            return Ok(None);
        };
        let user = user_for(rustix::process::geteuid().is_root())?;
        Ok(Some(Self { folder, user }))
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn user(&self) -> Option<User> {
        self.user
    }

    /// A command that runs as the right user.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(self.folder.join(program));
        // What it says is read here.
        command.env("LC_ALL", "C");
        if let Some(user) = self.user {
            command.uid(user.id).gid(user.group);
        }
        command
    }
}

/// The first folder that has all that it takes. Links are followed: beside the link there may be nothing else.
fn complete(folders: impl Iterator<Item = PathBuf>) -> Option<PathBuf> {
    let mut real = folders.filter_map(|folder| {
        let program = folder.join("initdb").canonicalize().ok()?;
        program.parent().map(Path::to_owned)
    });
    real.find(|folder| {
        let mut programs = ["postgres", "pg_ctl"].iter();
        programs.all(|program| folder.join(program).is_file())
    })
}

/// The folders of the versions below the root, newest first.
fn versions(root: &Path, prefix: &str, below: &str) -> Vec<PathBuf> {
    let names = std::fs::read_dir(root).into_iter().flatten().flatten();
    let mut found: Vec<_> = names
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let version = name.strip_prefix(prefix)?.trim_start_matches('@');
            let major = version.split('.').next().unwrap_or_default();
            Some((major.parse().unwrap_or(0_u32), root.join(&name).join(below)))
        })
        .collect();
    found.sort_by_key(|(major, _)| Reverse(*major));
    found.into_iter().map(|(_, folder)| folder).collect()
}

/// The server refuses to run as root, so that there it runs as the user whom its package makes.
fn user_for(root: bool) -> Result<Option<User>, Failure> {
    if !root {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd")?;
    let user = named(&users, "postgres").ok_or(
        "PostgreSQL does not run as root, and there is no user `postgres` to run it as: add one, or be another user",
    )?;
    Ok(Some(user))
}

/// The user of this name, in the form of `/etc/passwd`.
fn named(users: &str, name: &str) -> Option<User> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next() != Some(name) {
            return None;
        }
        let id = fields.nth(1)?.parse().ok()?;
        let group = fields.next()?.parse().ok()?;
        Some(User { id, group })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_comes_first() {
        let root = tempfile::tempdir().unwrap();
        for name in ["pgsql-9.6", "pgsql-17", "pgsql-16", "share"] {
            std::fs::create_dir_all(root.path().join(name)).unwrap();
        }
        let found = versions(root.path(), "pgsql-", "bin");
        let expected = ["pgsql-17/bin", "pgsql-16/bin", "pgsql-9.6/bin"];
        assert_eq!(found, expected.map(|name| root.path().join(name)));
    }

    #[test]
    fn a_link_leads_to_the_other_programs() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        let (links, real) = (root.join("links"), root.join("real"));
        for folder in [&links, &real] {
            std::fs::create_dir(folder).unwrap();
        }
        for program in ["initdb", "postgres", "pg_ctl"] {
            std::fs::write(real.join(program), "").unwrap();
        }
        std::os::unix::fs::symlink(real.join("initdb"), links.join("initdb")).unwrap();
        assert_eq!(complete([root, links].into_iter()), Some(real));
    }

    #[test]
    fn a_folder_without_a_server_is_passed_over() {
        let client = tempfile::tempdir().unwrap();
        std::fs::write(client.path().join("initdb"), "").unwrap();
        assert_eq!(complete([client.path().to_owned()].into_iter()), None);
    }

    #[test]
    fn a_user_is_found_by_its_whole_name() {
        let users = "postgres2:x:7:8::/:/bin/sh\npostgres:x:101:104:PostgreSQL,,,:/var:/bin/bash\n";
        let expected = User {
            id: 101,
            group: 104,
        };
        assert_eq!(named(users, "postgres"), Some(expected));
        assert_eq!(named(users, "nobody"), None);
    }
}
