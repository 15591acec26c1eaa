//! `cargo run --release -p torture -- --kills 1000 --seed 7`
//!
//! The same program is the child that is killed: `torture child ..`.

#[cfg(unix)]
fn main() -> std::process::ExitCode {
    use std::process::ExitCode;

    let mut words = std::env::args().skip(1).peekable();
    let done = if words.next_if_eq("child").is_some() {
        torture::child::main(words).map(|()| true)
    } else {
        torture::campaign::main(words)
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("torture: {failure}");
            ExitCode::from(2)
        }
    }
}

#[cfg(not(unix))]
fn main() {
    eprintln!("torture: there is no SIGKILL here");
}
