//! A bank that reads its journal into an event store.

use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;

use bank::args::{Args, HELP, Task};
use bank::error::{BankError, with_causes};
use bank::history::history;
use bank::import::import;
use bank::journal::Journal;
use bank::rebuild::rebuild;
use bank::report::report;
use bank::saga::{Order, saga};
use bank::sagas::sagas;

use gesta::SagaStatus;
use indicatif::{ProgressBar, ProgressStyle};

#[tokio::main]
async fn main() -> ExitCode {
    let args = match Args::parse(std::env::args_os().skip(1)) {
        Ok(args) => args,
        Err(error) => {
            eprintln!("bank: {error}\nSee `bank --help`.");
            return ExitCode::from(2);
        }
    };
    match run(args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bank: {}", with_causes(&error));
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<(), BankError> {
    let text = match args.task {
        Task::Help => HELP.to_owned(),
        Task::Import { journal } => read_journal(&args.store, &journal).await?,
        Task::History { account } => show_history(&args.store, &account).await?,
        Task::Sagas { status } => show_sagas(&args.store, status).await?,
        Task::Saga { id, order } => {
            show_saga(&args.store, &id, order.as_ref(), args.by.as_deref()).await?
        }
        Task::Rebuild => rebuild_statements(&args.store).await?,
        Task::Verify => verify(&args.store).await?,
    };
    match std::io::stdout().write_all(text.as_bytes()) {
        // Whoever reads has seen enough: `bank | head`.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        printed => Ok(printed?),
    }
}

async fn read_journal(store: &str, path: &Path) -> Result<String, BankError> {
    let bytes = std::fs::read(path).map_err(|source| BankError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let journal = Journal::parse(&bytes).map_err(|source| BankError::NotAJournal {
        path: path.to_owned(),
        source,
    })?;
    let app = open(store).await?;
    let bar = progress_bar(journal.lines.len(), "operations");
    let ticks = bar.clone();
    let imported = import(&app, &journal, move || ticks.inc(1)).await;
    bar.finish_and_clear();
    let imported = imported?;
    let bank = bank::statement::bank(&app).await?;
    app.shutdown().await?;
    Ok(report(&journal, &imported, &bank))
}

async fn show_history(store: &str, account: &str) -> Result<String, BankError> {
    let app = open_existing(store).await?;
    let history = history(&app, account).await?;
    app.shutdown().await?;
    history.ok_or_else(|| BankError::NoAccount {
        account: account.to_owned(),
        store: shown(store),
    })
}

async fn show_sagas(store: &str, status: Option<SagaStatus>) -> Result<String, BankError> {
    let app = open_existing(store).await?;
    let sagas = sagas(&app, status).await;
    app.shutdown().await?;
    sagas
}

async fn show_saga(
    store: &str,
    id: &str,
    order: Option<&Order>,
    by: Option<&str>,
) -> Result<String, BankError> {
    let app = open_existing(store).await?;
    let saga = saga(&app, id, order, by).await;
    app.shutdown().await?;
    saga
}

async fn rebuild_statements(store: &str) -> Result<String, BankError> {
    let app = open_existing(store).await?;
    let bar = progress_bar(0, "events");
    let rebuilt = rebuild(&app, |progress| {
        bar.set_length(progress.all);
        bar.set_position(progress.done);
        if let Some(remaining) = progress.remaining {
            bar.set_message(format!("{} s left", remaining.as_secs()));
        }
    });
    let rebuilt = rebuilt.await;
    bar.finish_and_clear();
    app.shutdown().await?;
    rebuilt
}

/// What is stored; an error if this version of the bank cannot read all of it.
async fn verify(store: &str) -> Result<String, BankError> {
    let app = open_existing(store).await?;
    let found = app.verify().await?;
    app.shutdown().await?;
    if found.is_ok() {
        Ok(found.to_string())
    } else {
        Err(BankError::NotAllIsRead { found })
    }
}

/// Opening a file that is not there would make an empty one.
async fn open_existing(store: &str) -> Result<gesta::App, BankError> {
    let file = store
        .strip_prefix("sqlite:")
        .and_then(|rest| rest.split('?').next());
    if file.is_some_and(|file| !Path::new(file).exists()) {
        return Err(BankError::NoBank {
            store: shown(store),
        });
    }
    open(store).await
}

async fn open(store: &str) -> Result<gesta::App, BankError> {
    bank::open(store).await.map_err(|source| BankError::Closed {
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

/// A bar on standard error; nothing at all if that is no terminal.
fn progress_bar(length: usize, of: &str) -> ProgressBar {
    let bar = ProgressBar::new(length as u64);
    let template = format!("{{human_pos}} / {{human_len}} {of}  {{wide_bar}} {{msg}}");
    match ProgressStyle::with_template(&template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
