//! A loyalty scheme: points raise levels, and three partners are told of each level that rose.

use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;

use gesta::testing::VirtualClock;
use gesta::{App, Clock, SystemClock, Timestamp};
use loyalty::answer::answer;
use loyalty::args::{Args, Task};
use loyalty::audit::audit;
use loyalty::demo::{self, demo};
use loyalty::error::{LoyaltyError, with_causes};
use loyalty::help::HELP;
use loyalty::member::{Earn, Join};
use loyalty::nightly::nightly;
use loyalty::sagas::list;
use loyalty::skipped::skipped;

#[tokio::main]
async fn main() -> ExitCode {
    let args = match Args::parse(std::env::args_os().skip(1)) {
        Ok(args) => args,
        Err(error) => {
            eprintln!("loyalty: {error}\nSee `loyalty --help`.");
            return ExitCode::from(2);
        }
    };
    match run(args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("loyalty: {}", with_causes(&error));
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<(), LoyaltyError> {
    let text = match args.task {
        Task::Help => HELP.to_owned(),
        task => done(&args.store, args.now, task).await?,
    };
    match std::io::stdout().write_all(text.as_bytes()) {
        // Whoever reads has seen enough: `loyalty audit M-001 | head`.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        printed => Ok(printed?),
    }
}

/// Opens the scheme, does what is asked for, and closes it in any case.
async fn done(store: &str, now: Option<Timestamp>, task: Task) -> Result<String, LoyaltyError> {
    let clock = match task {
        Task::Demo => Some(demo::clock()?),
        _ => now.map(VirtualClock::at),
    };
    let app = open(store, &task, clock.clone()).await?;
    let text = perform(&app, clock, task).await;
    app.shutdown().await?;
    text
}

async fn perform(
    app: &App,
    clock: Option<VirtualClock>,
    task: Task,
) -> Result<String, LoyaltyError> {
    let now = clock.as_ref().map_or_else(|| SystemClock.now(), Clock::now);
    match task {
        Task::Help => Ok(HELP.to_owned()),
        Task::Demo => demo(app, &clock.unwrap_or_default()).await,
        Task::Join { member, name } => join(app, &member, name).await,
        Task::Earn {
            member,
            points,
            reason,
        } => earn(app, &member, points, reason, now).await,
        Task::Nightly { cut_off } => Ok(nightly(app, cut_off).await?.to_string()),
        Task::Answer { partner, upgrade } => answer(app, partner, &upgrade).await,
        Task::Sagas { status } => list(app, status, now).await,
        Task::Audit { member } => audit(app, &member).await,
        Task::Skipped => skipped(app).await,
    }
}

async fn join(app: &App, member: &str, name: String) -> Result<String, LoyaltyError> {
    let joined = app.send(member, Join { name }).actor("desk").await;
    joined.map_err(|error| LoyaltyError::not_done(format!("joining {member}"), error))?;
    Ok(format!("{member} has joined.\n"))
}

async fn earn(
    app: &App,
    member: &str,
    points: u64,
    reason: String,
    at: Timestamp,
) -> Result<String, LoyaltyError> {
    let earned = app.send(member, Earn { points, reason, at }).actor("till");
    let earned = earned.await;
    earned.map_err(|error| LoyaltyError::not_done(format!("earning for {member}"), error))?;
    Ok(format!("{member} has earned {points} points.\n"))
}

/// Opening a file that is not there would make an empty one: only who begins a scheme may.
async fn open(store: &str, task: &Task, clock: Option<VirtualClock>) -> Result<App, LoyaltyError> {
    let begins = matches!(task, Task::Demo | Task::Join { .. });
    let file = store.strip_prefix("sqlite:");
    let file = file.and_then(|rest| rest.split('?').next());
    if !begins && file.is_some_and(|file| !Path::new(file).exists()) {
        return Err(LoyaltyError::NoScheme {
            store: shown(store),
        });
    }
    let opened = loyalty::open(store, clock).await;
    opened.map_err(|source| LoyaltyError::Closed {
        store: shown(store),
        source,
    })
}

/// An address without what may be a password.
fn shown(store: &str) -> String {
    let store = store.split('?').next().unwrap_or_default();
    match (store.split_once("://"), store.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, place))) => format!("{scheme}://{place}"),
        _ => store.to_owned(),
    }
}
