//! Saying a line to the parent.

use std::io::Write;

use crate::clock::Instant;
use crate::line::Line;
use crate::stamped::Stamped;

/// Writes a line, and the time, with one call to the system, so that what is said is in the pipe when this returns.
pub fn say(line: Line) {
    let at = Instant::now();
    let text = format!("{}\n", Stamped { at, line });
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
