//! Ends the server with the process that started it.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::Failure;
use crate::installation::Installation;

/// Its standard input is a pipe from us, which ends when we let go of it or die, by whatever signal. `$1` has the
/// programs, `$2` is the cluster.
///
/// A server that was killed leaves a segment of shared memory in the system; the last word of line 7 is its id.
const SCRIPT: &str = r#"
trap '' HUP INT TERM
cat > /dev/null
file=$2/data/postmaster.pid
if [ -f "$file" ]; then
    pid=$(head -n 1 "$file") segment=$(sed -n '7s/.* //p' "$file")
    "$1/pg_ctl" stop -s -D "$2/data" -m immediate -t 20 || kill -KILL "$pid"
    ipcrm -m "$segment"
fi
for attempt in 1 2 3 4 5 6 7 8 9 10; do
    rm -rf "$2" && break
    sleep 1
done
"#;

/// A process of its own that waits for our end.
#[derive(Debug)]
pub(crate) struct Watchdog(Child);

impl Watchdog {
    /// Watches over the cluster in this folder, before anything is in it.
    pub fn start(installation: &Installation, cluster: &Path) -> Result<Self, Failure> {
        let mut shell = Command::new("/bin/sh");
        if let Some(user) = installation.user() {
            shell.uid(user.id).gid(user.group);
        }
        shell
            .args(["-c", SCRIPT, "watchdog"])
            .args([installation.folder(), cluster])
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // A signal from the terminal is for us; this process still has work to do then.
            .process_group(0);
        Ok(Self(shell.spawn()?))
    }

    /// Stops the server, removes the folder, and returns when that is done.
    pub fn finish(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}
