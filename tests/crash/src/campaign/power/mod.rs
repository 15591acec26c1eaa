//! The power fails. What a process wrote and did not have synced is gone then; a killed process leaves it to the system,
//! so that no kill shows whether anything was synced at all.
//!
//! The process writes under `strace`, which tells each write and each fsync, in order. From that the files are made as a
//! disk has them at some moment if it keeps nothing but what it was told to keep.

mod disk;
mod trace;

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use super::plan::{Event, Moment};
use super::recovery::Counted;
use super::run::Run;
use super::site::Site;
use crate::Failure;
use crate::check::Check;
use crate::line::{Answer, Line};
use crate::random::Random;
use crate::stamped::Stamped;
use disk::Disk;
use trace::Step;

/// How many answers there are before the process is told to end.
const ANSWERS: u64 = 200;
/// How many moments of a life are looked at.
const CUTS: u64 = 4;

/// Whether `strace` is here and may trace; if not, it is said.
pub(super) fn is_possible() -> bool {
    let tried = Command::new("strace")
        .args(["-o", "/dev/null", "true"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let possible = tried.is_ok_and(|status| status.success());
    if !possible {
        eprintln!("power failures are left out, since `strace` is not here or may not trace");
    }
    possible
}

/// The program, so that each of its writes is told.
pub(super) fn traced(program: &Path, trace: &Path) -> Command {
    let mut command = Command::new("strace");
    // Threads and all, paths, bytes as numbers, and as many of them as there are.
    command.args([
        "-f",
        "-y",
        "-xx",
        "-s",
        "100000000",
        "-e",
        trace::CALLS,
        "-o",
    ]);
    command.arg(trace).arg("--").arg(program);
    command
}

/// One life, which ends well; then what would have been left of it if the power had failed at some answer.
pub(super) fn live(
    site: &mut Site,
    random: &mut Random,
    run: &mut Run<'_>,
    counted: &mut Counted,
) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let trace = folder.path().join("trace");
    let mut process = site.start_traced(run, random.number(), &trace)?;
    let after = Event::Answers(ANSWERS);
    let delay = std::time::Duration::ZERO;
    process.await_moment(Moment { after, delay }, &mut site.ledger)?;
    let well = process.stop(&mut site.ledger)?;
    counted.once.hold(Check::Survivor, well, || {
        "it ended with an error, or without an answer".to_owned()
    });
    let mut moments: Vec<_> = (0..CUTS).map(|_| 1 + random.below(ANSWERS)).collect();
    moments.sort_unstable();
    moments.dedup();
    for (number, moment) in moments.into_iter().enumerate() {
        let left = folder.path().join(format!("{number}.db"));
        let mut cut = Site::new(
            format!("sqlite:{}", left.display()),
            site.read_models,
            site.transfers,
        );
        fail_at(moment, &site.path()?, &trace, &left, &mut cut)?;
        run.totals.blows.power += 1;
        cut.recover(random, run, Counted::default())?;
        cut.close(run);
    }
    Ok(())
}

/// Makes the files as they are on the disk when so many commands are acknowledged, and the ledger of that moment.
fn fail_at(
    moment: u64,
    path: &str,
    trace: &Path,
    left: &Path,
    cut: &mut Site,
) -> Result<(), Failure> {
    let mut disk = Disk::of(path);
    let mut acknowledged = 0;
    for text in BufReader::new(File::open(trace)?).lines() {
        for step in trace::steps(&text?) {
            let Step::Said(said) = step else {
                disk.take(step);
                continue;
            };
            for line in said.lines() {
                let stamped: Stamped = line.parse()?;
                cut.ledger.read(0, stamped);
                let is_acknowledged = matches!(
                    stamped.line,
                    Line::Answered(_, Answer::Acked(_)) | Line::Told(_, Answer::Acked(_))
                );
                acknowledged += u64::from(is_acknowledged);
            }
            if acknowledged >= moment {
                return disk.write(left);
            }
        }
    }
    disk.write(left)
}
