//! A server of one's own is killed, comes back, and ends with the process that started it.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test says by a panic that it failed")]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use gesta_test_postgres::Cluster;
use rustix::process::{Pid, test_kill_process};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, PgConnection, query, query_scalar};

async fn connect(cluster: &Cluster) -> PgConnection {
    let options: PgConnectOptions = cluster.url("postgres").parse().unwrap();
    options.connect().await.unwrap()
}

async fn write(connection: &mut PgConnection) {
    for statement in [
        "CREATE TABLE notes (note int)",
        "INSERT INTO notes VALUES (7)",
    ] {
        query(statement).execute(&mut *connection).await.unwrap();
    }
}

async fn notes(connection: &mut PgConnection) -> Vec<i32> {
    let notes = query_scalar("SELECT note FROM notes");
    notes.fetch_all(connection).await.unwrap()
}

#[tokio::test]
async fn a_killed_server_comes_back_with_what_was_committed() {
    let Some(mut cluster) = Cluster::start(&[]).unwrap() else {
        return;
    };
    let mut connection = connect(&cluster).await;
    write(&mut connection).await;
    query("BEGIN").execute(&mut connection).await.unwrap();
    let open = query("INSERT INTO notes VALUES (8)");
    open.execute(&mut connection).await.unwrap();
    cluster.kill().unwrap();
    assert!(query("COMMIT").execute(&mut connection).await.is_err());

    cluster.start_again().unwrap();
    let log = std::fs::read_to_string(cluster.folder().join("log")).unwrap();
    assert!(log.contains("was not properly shut down"), "{log}");
    assert_eq!(notes(&mut connect(&cluster).await).await, [7]);
}

#[tokio::test]
async fn a_stopped_server_comes_back() {
    let Some(mut cluster) = Cluster::start(&[]).unwrap() else {
        return;
    };
    write(&mut connect(&cluster).await).await;
    let address = cluster.address();
    cluster.stop().unwrap();
    assert!(cluster.stop().is_err());
    assert!(cluster.kill().is_err());

    cluster.start_again().unwrap();
    assert!(cluster.start_again().is_err());
    assert_eq!(cluster.address(), address);
    assert_eq!(notes(&mut connect(&cluster).await).await, [7]);
}

#[tokio::test]
async fn a_killed_backend_takes_the_others_with_it() {
    let Some(cluster) = Cluster::start(&[]).unwrap() else {
        return;
    };
    let (mut one, mut other) = tokio::join!(connect(&cluster), connect(&cluster));
    write(&mut one).await;
    let backend = query_scalar("SELECT pg_backend_pid()");
    let backend: i32 = backend.fetch_one(&mut one).await.unwrap();
    cluster.kill_backend(backend).unwrap();
    assert!(query("SELECT 1").execute(&mut other).await.is_err());
    assert!(cluster.kill_backend(backend).is_err());

    cluster.until_ready().await.unwrap();
    assert_eq!(notes(&mut connect(&cluster).await).await, [7]);
}

#[test]
fn nothing_is_left_of_a_cluster_that_is_dropped() {
    let Some(mut killed) = Cluster::start(&[]).unwrap() else {
        return;
    };
    let running = Cluster::start(&[]).unwrap().unwrap();
    let folders = [&killed, &running].map(|cluster| cluster.folder().to_owned());
    let running_postmaster = postmaster(&folders[1]);
    killed.kill().unwrap();
    drop((killed, running));
    assert_eq!(folders.map(|folder| folder.exists()), [false, false]);
    assert!(test_kill_process(running_postmaster).is_err());
}

/// The program of this package, with a server that takes connections.
fn program() -> Option<(Child, PathBuf)> {
    let mut program = Command::new(env!("CARGO_BIN_EXE_gesta-test-postgres"));
    program.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut program = program.spawn().unwrap();
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
    let (Some(_url), Some(folder)) = (lines.next(), lines.next()) else {
        program.wait().unwrap();
        return None;
    };
    Some((program, folder.unwrap().into()))
}

fn postmaster(folder: &Path) -> Pid {
    let file = std::fs::read_to_string(folder.join("data/postmaster.pid")).unwrap();
    Pid::from_raw(file.lines().next().unwrap().parse().unwrap()).unwrap()
}

#[test]
fn no_server_outlives_a_process_that_is_killed() {
    let Some((mut program, folder)) = program() else {
        return;
    };
    let postmaster = postmaster(&folder);
    assert!(test_kill_process(postmaster).is_ok());
    // SIGKILL: it cannot clean up.
    program.kill().unwrap();
    program.wait().unwrap();
    let start = Instant::now();
    while folder.exists() || test_kill_process(postmaster).is_ok() {
        assert!(start.elapsed() < Duration::from_secs(20), "the server runs");
        std::thread::yield_now();
    }
}

#[test]
fn the_server_ends_with_its_program() {
    let Some((mut program, folder)) = program() else {
        return;
    };
    drop(program.stdin.take());
    assert!(program.wait().unwrap().success());
    assert!(!folder.exists());
}
