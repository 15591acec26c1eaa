//! Hearing what a child says, or that it says nothing.

use std::io::{BufRead, BufReader};
use std::process::ChildStdout;
use std::sync::mpsc::{self, Receiver};

use crate::Failure;
use crate::stamped::Stamped;

/// A child did not do what it was awaited to.
#[derive(Debug, thiserror::Error)]
pub(super) enum Silent {
    #[error("the child ended by itself")]
    Ended,
    #[error("the child hangs")]
    Hangs,
    #[error("the child said something else")]
    Garbled(#[source] Failure),
}

/// Reads the child's lines in a thread, so that the pipe never fills up. The last one may be but half a line: what
/// did not arrive whole was not said.
pub(super) fn listen(out: ChildStdout) -> Receiver<Result<Stamped, Failure>> {
    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        let mut out = BufReader::new(out);
        let mut text = String::new();
        while out.read_line(&mut text).is_ok_and(|bytes| bytes > 0) && text.ends_with('\n') {
            if sender.send(text.trim_end().parse()).is_err() {
                return;
            }
            text.clear();
        }
    });
    lines
}
