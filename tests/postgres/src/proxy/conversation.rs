//! What a client and the server have said to each other, as far as commits go.

use std::collections::HashMap;
use std::sync::Arc;

/// Follows the messages of one connection in both directions.
#[derive(Debug, Default)]
pub(super) struct Conversation {
    /// The text of each statement that was prepared.
    statements: HashMap<Vec<u8>, Arc<str>>,
    /// The text of what each portal executes.
    portals: HashMap<Vec<u8>, Arc<str>>,
    in_transaction: bool,
    /// What was executed since the last commit.
    uncommitted: Vec<Arc<str>>,
    /// What the next `Sync` commits.
    due: Commit,
    /// How many messages went out that the server answers by `ReadyForQuery`, and how many of these it has answered.
    /// It also says so, unasked, at the beginning.
    asked: u64,
    answered: u64,
}

/// What becomes durable at once.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Commit {
    /// Whether a `COMMIT` says so.
    explicit: bool,
    texts: Vec<Arc<str>>,
}

impl Commit {
    pub fn is_of(&self, needle: Option<&str>) -> bool {
        match needle {
            None => self.explicit,
            Some(needle) => self.texts.iter().any(|text| text.contains(needle)),
        }
    }
}

/// What a message of the client means.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The statement with its values, which a later `Sync` commits.
    Carries(Commit),
    /// The server commits when it gets this, and answers it by the `ReadyForQuery` of this number.
    Commits(Commit, u64),
    /// Nothing for us.
    Other,
}

impl Conversation {
    /// Takes note of a message of the client, which goes out now.
    pub fn client_says(&mut self, frame: &[u8]) -> Meaning {
        let mut fields = Fields::of(frame);
        match frame.first() {
            Some(b'Q') => {
                let text = fields.text();
                self.execute(&text);
                let commit = std::mem::take(&mut self.due);
                self.asked += 1;
                self.commits(commit)
            }
            Some(b'P') => {
                let (name, text) = (fields.bytes(), fields.text());
                self.statements.insert(name, text);
                Meaning::Other
            }
            Some(b'B') => {
                let (portal, statement) = (fields.bytes(), fields.bytes());
                let text = self.statements.get(&statement).cloned().unwrap_or_default();
                self.portals.insert(portal, Arc::clone(&text));
                self.carries(&text)
            }
            Some(b'E') => {
                let text = self.portals.get(&fields.bytes()).cloned();
                self.execute(&text.unwrap_or_default());
                Meaning::Other
            }
            Some(b'S') => {
                let commit = std::mem::take(&mut self.due);
                self.asked += 1;
                self.commits(commit)
            }
            Some(b'C') => {
                let of = fields.byte();
                let name = fields.bytes();
                match of {
                    Some(b'S') => self.statements.remove(&name),
                    _ => self.portals.remove(&name),
                };
                Meaning::Other
            }
            _ => Meaning::Other,
        }
    }

    /// Takes note of a message of the server; how many questions it has answered by now.
    pub fn server_says(&mut self, frame: &[u8]) -> u64 {
        if frame.first() == Some(&b'Z') {
            self.answered += 1;
        }
        self.answered
    }

    pub fn answered(&self) -> u64 {
        self.answered
    }

    fn commits(&self, commit: Commit) -> Meaning {
        if commit.texts.is_empty() && !commit.explicit {
            return Meaning::Other;
        }
        Meaning::Commits(commit, 1 + self.asked)
    }

    /// What would be committed if this were executed.
    fn carries(&self, text: &Arc<str>) -> Meaning {
        let mut imagined = Self {
            in_transaction: self.in_transaction,
            uncommitted: self.uncommitted.clone(),
            ..Self::default()
        };
        imagined.execute(text);
        if imagined.due == Commit::default() {
            return Meaning::Other;
        }
        Meaning::Carries(imagined.due)
    }

    /// One text may hold several statements. A `;` in a literal makes too many of them, which no test minds.
    fn execute(&mut self, text: &Arc<str>) {
        for statement in text.split(';') {
            let mut words = statement.split_whitespace();
            let first = words.next().unwrap_or_default().to_ascii_uppercase();
            match first.as_str() {
                "" => {}
                "BEGIN" | "START" => self.in_transaction = true,
                "COMMIT" | "END" => {
                    self.in_transaction = false;
                    self.due.explicit = true;
                    self.due.texts.append(&mut self.uncommitted);
                }
                "ROLLBACK" | "ABORT" if !words.any(|word| word.eq_ignore_ascii_case("TO")) => {
                    self.in_transaction = false;
                    self.uncommitted.clear();
                }
                _ if self.in_transaction => self.uncommitted.push(Arc::clone(text)),
                _ => self.due.texts.push(Arc::clone(text)),
            }
        }
    }
}

/// The fields of a message, behind its type and its length.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn of(frame: &'a [u8]) -> Self {
        Self(frame.get(5..).unwrap_or_default())
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// Up to the next zero.
    fn bytes(&mut self) -> Vec<u8> {
        let mut parts = self.0.splitn(2, |byte| *byte == 0);
        let field = parts.next().unwrap_or_default();
        self.0 = parts.next().unwrap_or_default();
        field.to_vec()
    }

    fn text(&mut self) -> Arc<str> {
        String::from_utf8_lossy(&self.bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u8, fields: &[&str]) -> Vec<u8> {
        let mut frame = vec![kind, 0, 0, 0, 0];
        for field in fields {
            frame.extend(field.bytes());
            frame.push(0);
        }
        frame
    }

    /// Says these, and gives what the last one meant.
    fn say(conversation: &mut Conversation, messages: &[(u8, &[&str])]) -> Meaning {
        let mut last = Meaning::Other;
        for (kind, fields) in messages {
            last = conversation.client_says(&message(*kind, fields));
        }
        last
    }

    fn commit_of(meaning: Meaning) -> Commit {
        match meaning {
            Meaning::Commits(commit, _) | Meaning::Carries(commit) => commit,
            Meaning::Other => Commit::default(),
        }
    }

    const EXECUTE: [(u8, &[&str]); 3] = [(b'B', &["", "s1"]), (b'E', &[""]), (b'S', &[])];

    #[test]
    fn a_statement_alone_is_committed_by_its_sync() {
        let mut conversation = Conversation::default();
        say(&mut conversation, &[(b'P', &["s1", "INSERT"]), (b'S', &[])]);
        let [bind, execute, sync] = EXECUTE;
        let carried = commit_of(say(&mut conversation, &[bind]));
        assert!(carried.is_of(Some("INSERT")) && !carried.is_of(None));
        assert_eq!(say(&mut conversation, &[execute]), Meaning::Other);
        let Meaning::Commits(commit, number) = say(&mut conversation, &[sync]) else {
            panic!("it commits");
        };
        assert_eq!((commit, number), (carried, 3));
    }

    #[test]
    fn a_transaction_is_committed_by_its_end() {
        let mut conversation = Conversation::default();
        let prepare: [(u8, &[&str]); 2] = [(b'Q', &["begin"]), (b'P', &["s1", "INSERT"])];
        say(&mut conversation, &prepare);
        assert_eq!(say(&mut conversation, &EXECUTE), Meaning::Other);
        let commit = commit_of(say(&mut conversation, &[(b'Q', &["COMMIT"])]));
        assert!(commit.is_of(None) && commit.is_of(Some("INSERT")));
        assert!(!commit.is_of(Some("UPDATE")));
    }

    #[test]
    fn what_was_rolled_back_is_not_committed_later() {
        let mut conversation = Conversation::default();
        let said: [(u8, &[&str]); 4] = [
            (b'Q', &["BEGIN; INSERT; ROLLBACK TO s"]),
            (b'Q', &["INSERT"]),
            (b'Q', &["ROLLBACK"]),
            (b'Q', &["UPDATE; COMMIT"]),
        ];
        let commit = commit_of(say(&mut conversation, &said));
        assert!(commit.is_of(Some("UPDATE")) && !commit.is_of(Some("INSERT")));
    }

    #[test]
    fn a_statement_that_was_closed_is_forgotten() {
        let mut conversation = Conversation::default();
        let said: [(u8, &[&str]); 2] = [(b'P', &["s1", "INSERT"]), (b'C', &["Ss1"])];
        say(&mut conversation, &said);
        assert!(conversation.statements.is_empty());
    }

    #[test]
    fn the_server_answers_once_unasked() {
        let mut conversation = Conversation::default();
        assert_eq!(conversation.server_says(b"R\0\0\0\x08\0\0\0\0"), 0);
        assert_eq!(conversation.server_says(b"Z\0\0\0\x05I"), 1);
        let Meaning::Commits(_, number) = say(&mut conversation, &[(b'Q', &["COMMIT"])]) else {
            panic!("it commits");
        };
        assert_eq!(conversation.server_says(b"Z\0\0\0\x05I"), number);
    }
}
