//! Says what a changed `events.lock` means for what is stored, for people and for CI:
//!
//! ```text
//! git show main:events.lock > before.lock
//! cargo run -p gesta --example lock_difference -- before.lock events.lock
//! ```
//!
//! It exits with 0 if all that is stored is read as it is, with 1 if something needs an upcast, with 2 if something is
//! out of reach, and with 3 if it cannot say.

use std::error::Error;
use std::ffi::OsString;
use std::process::ExitCode;
use std::{env, fs};

use gesta::testing::{Difference, Impact, lock_difference};

fn main() -> ExitCode {
    match compare() {
        Ok(difference) => {
            print!("{difference}");
            exit_code(difference.impact())
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(3)
        }
    }
}

fn compare() -> Result<Difference, String> {
    let paths: Vec<_> = env::args_os().skip(1).collect();
    let [before, after] = paths.as_slice() else {
        return Err(
            "two files are compared: write `lock_difference before.lock after.lock`".to_owned(),
        );
    };
    let (before, after) = (read(before)?, read(after)?);
    lock_difference(&before, &after).map_err(|error| error.to_string())
}

/// The text of a file that is a lock: compared with itself, so that the message can name the file.
fn read(path: &OsString) -> Result<String, String> {
    let text = fs::read_to_string(path).map_err(|error| in_file(path, &error))?;
    lock_difference(&text, &text).map_err(|error| in_file(path, &error))?;
    Ok(text)
}

fn in_file(path: &OsString, error: &dyn Error) -> String {
    format!("{}: {error}", path.display())
}

fn exit_code(impact: Option<Impact>) -> ExitCode {
    match impact {
        None | Some(Impact::Compatible) => ExitCode::SUCCESS,
        Some(Impact::NeedsUpcast) => ExitCode::from(1),
        Some(Impact::Breaking) => ExitCode::from(2),
    }
}
