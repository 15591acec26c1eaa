//! Saying a line to the parent.

use std::io::Write;

use crate::line::Line;

/// Writes a line with one call to the system, so that what is said is in the pipe when this returns.
pub fn say(line: Line) {
    let text = format!("{line}\n");
    let mut out = std::io::stdout().lock();
    if out
        .write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .is_err()
    {
        // Nobody listens any more.
        std::process::exit(1);
    }
}
