//! The log, commit by commit.

use gesta::{App, Timestamp, Uuid};
use serde::Deserialize;

use crate::error::LoyaltyError;

/// What one command gave.
#[derive(Debug, Clone, Deserialize)]
pub struct Commit {
    /// Of its first event.
    pub position: u64,
    pub stream: String,
    pub command_id: Uuid,
    pub time: Timestamp,
    pub correlation: Option<String>,
    pub causation: Option<String>,
    pub actor: Option<String>,
    pub events: Vec<Stored>,
}

/// An event as it is stored.
#[derive(Debug, Clone, Deserialize)]
pub struct Stored {
    pub name: String,
    pub schema: u32,
    pub json: String,
}

/// The lines of an export: those before and after the commits have none.
#[derive(Deserialize)]
struct Line {
    commit: Option<Commit>,
}

pub async fn commits(app: &App) -> Result<Vec<Commit>, LoyaltyError> {
    let (mut commits, mut lines) = (Vec::new(), app.export());
    while let Some(line) = lines.next().await {
        let line: Line = serde_json::from_str(&line?)?;
        commits.extend(line.commit);
    }
    Ok(commits)
}
