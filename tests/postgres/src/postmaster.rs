//! One run of a server, from its start to its end.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::Failure;
use crate::installation::Installation;
use crate::processes::{are_gone, children, freeze, signal};

/// Longer than anything takes that will come to an end.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(5);

/// The process that starts all others of the server.
#[derive(Debug)]
pub(crate) struct Postmaster {
    process: Child,
    id: i32,
}

/// Why a server did not start.
pub(crate) enum Refusal {
    /// Somebody else listens there.
    PortTaken,
    Other(Failure),
}

impl<E: Into<Failure>> From<E> for Refusal {
    fn from(failure: E) -> Self {
        Self::Other(failure.into())
    }
}

impl Postmaster {
    /// Starts the server in this folder, and returns when it takes connections.
    pub fn start(
        installation: &Installation,
        folder: &Path,
        port: u16,
        settings: &[(String, String)],
    ) -> Result<Self, Refusal> {
        let mut log = File::options()
            .create(true)
            .append(true)
            .read(true)
            .open(folder.join("log"))?;
        log.seek(SeekFrom::End(0))?;
        let mut command = installation.command("postgres");
        command.arg("-D").arg(folder.join("data"));
        command.args(["-p", &port.to_string()]);
        for (name, value) in settings {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        let process = command
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log.try_clone()?)
            .spawn()?;
        let id = i32::try_from(process.id())?;
        let mut postmaster = Self { process, id };
        postmaster.until_ready(folder, log)?;
        Ok(postmaster)
    }

    fn until_ready(&mut self, folder: &Path, mut log: File) -> Result<(), Refusal> {
        let start = Instant::now();
        while !is_ready(folder, self.id) {
            if self.process.try_wait()?.is_some() {
                let mut said = String::new();
                log.read_to_string(&mut said)?;
                return Err(if said.contains("could not create any TCP/IP sockets") {
                    Refusal::PortTaken
                } else {
                    format!("the server did not start:\n{said}").into()
                });
            }
            if start.elapsed() > PATIENCE {
                self.kill()?;
                return Err("the server does not get ready".into());
            }
            sleep(PAUSE);
        }
        Ok(())
    }

    /// Closes connections, writes everything down, and ends.
    pub fn stop(mut self) -> Result<(), Failure> {
        signal(self.id, Signal::INT)?;
        self.process.wait()?;
        Ok(())
    }

    /// Ends every process of the server at one moment, with no chance to do anything more.
    pub fn kill(&mut self) -> Result<(), Failure> {
        // Each child leads a group of its own, so that no signal reaches them all; and no new one may come.
        freeze(self.id)?;
        let children = children(self.id)?;
        for id in &children {
            signal(*id, Signal::KILL)?;
        }
        signal(self.id, Signal::KILL)?;
        self.process.wait()?;
        until(|| are_gone(&children))
    }

    /// Kills one backend; returns when the server has let go of all others too, as it does then.
    pub fn kill_backend(&self, id: i32) -> Result<(), Failure> {
        let children = children(self.id)?;
        if !children.contains(&id) {
            return Err(format!("{id} is no backend of this server").into());
        }
        signal(id, Signal::KILL)?;
        until(|| are_gone(&children))
    }

    /// Waits for a server that something else ends.
    pub fn reap(&mut self) {
        let _ = self.process.wait();
    }
}

/// Whether the server with this process says in its file that it takes connections.
fn is_ready(folder: &Path, id: i32) -> bool {
    let file = folder.join("data/postmaster.pid");
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let mut lines = text.lines();
    let ours = lines.next() == Some(&id.to_string());
    ours && lines.nth(6).map(str::trim) == Some("ready")
}

/// Returns when it is so.
fn until(mut is_so: impl FnMut() -> Result<bool, Failure>) -> Result<(), Failure> {
    let start = Instant::now();
    while !is_so()? {
        if start.elapsed() > PATIENCE {
            return Err("processes of the server do not end".into());
        }
        sleep(PAUSE);
    }
    Ok(())
}
