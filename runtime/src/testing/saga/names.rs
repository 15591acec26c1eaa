//! What is under way, by the names that a test knows it by.

use crate::saga::{Asks, Definition, Part, Pending, Progress, Saga};
use crate::time::Timestamp;

/// What is under way under a name: that of a step or of a method, or that of a command that an event asked for.
pub(super) fn find<'a, S: Saga>(
    definition: &Definition<S>,
    progress: &'a Progress,
    name: &str,
) -> Option<(&'a Part, &'a Pending)> {
    let mut pending = progress.pending.iter();
    pending.find(|(part, pending)| {
        definition.graph.name_of(part) == name
            || part.to_string() == name
            || matches!((part, &pending.to), (Part::On(..), Asks::Command(to)) if to.command == name)
    })
}

/// All that is under way, in words.
pub(super) fn under_way<S: Saga>(
    definition: &Definition<S>,
    progress: &Progress,
    now: Timestamp,
) -> String {
    let all = progress.pending.iter().map(|(part, pending)| {
        let name = definition.graph.name_of(part);
        match (&pending.to, pending.again) {
            (_, Some(again)) => format!("{name} (again in {:?})", again.duration_since(now)),
            (Asks::Event(event), _) => format!("{name} (waits for {event})"),
            (Asks::Command(to), _) if matches!(part, Part::On(..)) => {
                format!("{name} ({})", to.command)
            }
            _ => name,
        }
    });
    let all: Vec<_> = all.collect();
    match all.is_empty() {
        true => "nothing is under way".to_owned(),
        false => format!("under way: {}", all.join(", ")),
    }
}
