//! A child, from its start to its end.

use std::collections::VecDeque;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::listen::{Silent, listen};
use super::plan::{Event, Moment};
use super::{Campaign, system};
use crate::Failure;
use crate::clock::Instant;
use crate::ledger::Ledger;
use crate::line::{Answer, Line};
use crate::read_models::ReadModels;
use crate::stamped::Stamped;
use crate::transfers::Transfers;

/// A child that is silent for so long hangs. Nothing waits for this unless something is broken.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);
const SIGKILL: i32 = 9;
/// So many more answers show that a process goes on.
const GOES_ON: usize = 40;

/// A child that runs, or has just ended.
pub(super) struct Process {
    child: Child,
    lines: Receiver<Result<Stamped, Failure>>,
    pub(super) opened: bool,
    /// Commands that it has sent, and those that it was answered.
    sent: u64,
    answered: u64,
    /// When the latest answers came that tell what became of a command.
    told: VecDeque<Instant>,
}

impl Process {
    pub(super) fn start(
        campaign: &Campaign,
        address: &str,
        (read_models, transfers): (ReadModels, Transfers),
        [seed, common]: [u64; 2],
        trace: Option<&Path>,
    ) -> Result<Self, Failure> {
        let mut command = match trace {
            Some(trace) => super::power::traced(&campaign.program, trace),
            None => Command::new(&campaign.program),
        };
        command.args(["child", "--store", address]);
        command.args(["--seed", &seed.to_string(), "--common", &common.to_string()]);
        command.args(["--read-models", &read_models.to_string()]);
        command.args(["--transfers", &transfers.to_string()]);
        if let Some(sabotage) = campaign.sabotage {
            command.args(["--sabotage", sabotage.name()]);
        }
        if campaign.sabotage.is_some() || campaign.kind.brings_errors() {
            // What it complains of is what was planted or done.
            command.stderr(Stdio::null());
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let out = child.stdout.take().ok_or("a child without a voice")?;
        Ok(Self {
            child,
            lines: listen(out),
            opened: false,
            sent: 0,
            answered: 0,
            told: VecDeque::with_capacity(GOES_ON),
        })
    }

    /// Waits for the event, and then for as long as the plan says.
    pub(super) fn await_moment(
        &mut self,
        moment: Moment,
        ledger: &mut Ledger,
    ) -> Result<(), Silent> {
        let before = self.answered;
        loop {
            let line = self.next(ledger)?.line;
            let reached = match moment.after {
                Event::Up => line == Line::Up,
                Event::Answers(awaited) => self.answered >= before + awaited,
            };
            if reached {
                std::thread::sleep(moment.delay);
                return Ok(());
            }
        }
    }

    /// Waits until it has been answered so often since this moment that it plainly goes on. Only answers that tell count.
    pub(super) fn go_on(&mut self, since: Instant, ledger: &mut Ledger) -> Result<(), Silent> {
        self.go_on_within(since, PATIENCE, ledger)
    }

    pub(super) fn go_on_within(
        &mut self,
        since: Instant,
        patience: Duration,
        ledger: &mut Ledger,
    ) -> Result<(), Silent> {
        let end = std::time::Instant::now() + patience;
        while self.told.iter().filter(|at| **at > since).count() < GOES_ON {
            let left = end.saturating_duration_since(std::time::Instant::now());
            self.next_within(left, ledger)?;
        }
        Ok(())
    }

    /// Waits until its store is open.
    pub(super) fn await_open(&mut self, ledger: &mut Ledger) -> Result<(), Silent> {
        while !self.opened {
            self.next(ledger)?;
        }
        Ok(())
    }

    /// Sends a signal. A stop has come about when this returns: none of its threads runs any more.
    pub(super) fn signal(&self, signal: Signal) -> Result<(), Failure> {
        kill_process(Pid::from_child(&self.child), signal)?;
        while signal == Signal::STOP && !system::stands_still(self.child.id())? {
            std::thread::yield_now();
        }
        Ok(())
    }

    /// Its number, by which the system knows it.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it holds the lock without which nobody writes into an SQLite file.
    pub(super) fn holds_lock(&self) -> Result<bool, Failure> {
        system::holds_write_lock(self.child.id())
    }

    fn next(&mut self, ledger: &mut Ledger) -> Result<Stamped, Silent> {
        self.next_within(PATIENCE, ledger)
    }

    fn next_within(&mut self, patience: Duration, ledger: &mut Ledger) -> Result<Stamped, Silent> {
        let line = self
            .lines
            .recv_timeout(patience)
            .map_err(|error| match error {
                mpsc::RecvTimeoutError::Timeout => Silent::Hangs,
                mpsc::RecvTimeoutError::Disconnected => Silent::Ended,
            })?;
        let stamped = line.map_err(Silent::Garbled)?;
        match stamped.line {
            Line::Up => {}
            Line::Open => self.opened = true,
            Line::Sent(..) | Line::Asked(..) => self.sent += 1,
            Line::Answered(_, answer) | Line::Told(_, answer) => {
                self.answered += 1;
                if matches!(answer, Answer::Acked(_) | Answer::Rejected) {
                    if self.told.len() == GOES_ON {
                        self.told.pop_front();
                    }
                    self.told.push_back(stamped.at);
                }
            }
        }
        ledger.read(self.child.id(), stamped);
        Ok(stamped)
    }

    /// Ends it with a signal that it cannot handle, and reads what is left in the pipe.
    pub(super) fn kill(mut self, ledger: &mut Ledger) -> Result<Self, Failure> {
        self.child.kill()?;
        let status = self.child.wait()?;
        self.drain(ledger)?;
        match status.signal() {
            Some(SIGKILL) => Ok(self),
            _ => Err(format!("the child ended by itself before it was killed: {status}").into()),
        }
    }

    /// Tells it to end, and says whether it did so in good order, with an answer to everything.
    pub(super) fn stop(mut self, ledger: &mut Ledger) -> Result<bool, Failure> {
        drop(self.child.stdin.take());
        self.drain(ledger)?;
        Ok(self.child.wait()?.success() && self.sent == self.answered)
    }

    fn drain(&mut self, ledger: &mut Ledger) -> Result<(), Failure> {
        loop {
            match self.next(ledger) {
                Ok(_) => {}
                Err(Silent::Ended) => return Ok(()),
                Err(silent) => return Err(silent.into()),
            }
        }
    }
}

impl Drop for Process {
    /// Leaves no child behind when the harness gives up. One that has ended already is not met again.
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
