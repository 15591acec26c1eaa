//! `cargo run -p gesta-test-postgres -- fsync=off`
//!
//! Starts a server with these settings, says the URL of its first database, then its folder, and waits. The server is
//! there until the standard input ends, or the program does.
#![cfg(unix)]

use std::io::Read;

use gesta_test_postgres::{Cluster, Failure};

fn main() -> Result<(), Failure> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let settings: Option<Vec<_>> = words.iter().map(|word| word.split_once('=')).collect();
    let settings = settings.ok_or("a setting is name=value")?;
    let Some(cluster) = Cluster::start(&settings)? else {
        return Ok(());
    };
    println!(
        "{}\n{}",
        cluster.url("postgres"),
        cluster.folder().display()
    );
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
