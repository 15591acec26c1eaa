//! Commits, each below its cause.

use std::collections::HashMap;

use super::log::Commit;
use super::words::{Words, upgrade};

pub struct Tree {
    /// Those that have no cause that is known.
    roots: Vec<Commit>,
    /// By the command id of the cause.
    children: HashMap<String, Vec<Commit>>,
}

impl Tree {
    pub fn new(commits: Vec<Commit>) -> Self {
        let mut tree = Self {
            roots: Vec::new(),
            children: HashMap::new(),
        };
        // By its stream, the commit in which a saga was started.
        let mut starts = HashMap::new();
        for commit in commits {
            let is_saga = upgrade(&commit.stream).is_some();
            // Time has no command id: a saga whose deadline has passed was brought there by its start.
            let start = starts.get(&commit.stream).filter(|_| is_saga).cloned();
            let cause = commit.causation.clone().or(start);
            let id = commit.command_id.to_string();
            starts.entry(commit.stream.clone()).or_insert(id);
            match cause {
                Some(cause) => tree.children.entry(cause).or_default().push(commit),
                None => tree.roots.push(commit),
            }
        }
        tree
    }

    /// All that came of the commands that somebody sent to a stream.
    pub fn grown_from(mut self, stream: &str, words: &Words) -> String {
        let mut text = String::new();
        for root in std::mem::take(&mut self.roots) {
            if root.stream == stream {
                text.push_str(&said(&root, words));
                if let Some(work) = &root.correlation {
                    text.push_str(&format!("│  all of it is the work `{work}`\n"));
                }
                self.grow(&root, "", words, &mut text);
            }
        }
        text
    }

    /// Takes the children out, so that nothing is told twice, whatever stands in the log.
    fn grow(&mut self, cause: &Commit, indent: &str, words: &Words, text: &mut String) {
        let id = cause.command_id.to_string();
        let mut children = self.children.remove(&id).unwrap_or_default().into_iter();
        while let Some(child) = children.next() {
            let (branch, below) = match children.len() {
                0 => ("└─ ", "   "),
                _ => ("├─ ", "│  "),
            };
            text.push_str(&format!("{indent}{branch}{}", said(&child, words)));
            self.grow(&child, &format!("{indent}{below}"), words, text);
        }
    }
}

fn said(commit: &Commit, words: &Words) -> String {
    let Commit {
        position,
        stream,
        command_id,
        time,
        ..
    } = commit;
    let actor = commit.actor.as_deref().unwrap_or("nobody");
    let words = words.of(commit);
    format!("{position} {stream}: {words} [{time}, by {actor}, command {command_id}]\n")
}
