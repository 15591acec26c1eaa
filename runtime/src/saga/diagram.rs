//! The steps as a Mermaid flowchart.

use std::collections::BTreeSet;
use std::time::Duration;

use super::graph::{Act, After, Does, Graph, Step, Way};

impl<S> Graph<S> {
    /// The steps, the ways back and the deadlines, as a Mermaid flowchart.
    ///
    /// A step has the name of its command, or what it waits for; an arrow leads to what comes after it, a dotted one to what
    /// undoes it, and to what is done in its place where it takes too long.
    #[must_use]
    pub fn diagram(&self) -> String {
        let mut lines = vec!["flowchart TD".to_owned()];
        lines.push(node("start", "([\"", "start", "\"])"));
        for (number, step) in self.steps.iter().enumerate() {
            lines.push(drawn(number, step));
            lines.extend(self.arrows_to(number, &step.after));
            lines.extend(ways(number, step));
        }
        lines.extend(self.last().map(|number| format!("s{number} --> completed")));
        lines.push(end("completed", self.completed.as_ref()));
        let can_be_undone = self.steps.iter().any(|step| step.undo.is_some());
        if can_be_undone || self.failed.is_some() {
            lines.push(end("failed", self.failed.as_ref()));
        }
        lines.join("\n    ") + "\n"
    }

    fn arrows_to(&self, number: usize, after: &After) -> Vec<String> {
        if after.steps.is_empty() {
            return vec![format!("start --> s{number}")];
        }
        let arrow = match (after.count, after.steps.len()) {
            (count, all) if count == all => "-->".to_owned(),
            (1, _) => "-- \"any of\" -->".to_owned(),
            (count, all) => format!("-- \"{count} of {all}\" -->"),
        };
        let before = after.steps.iter().filter_map(|name| self.number(name));
        before
            .map(|before| format!("s{before} {arrow} s{number}"))
            .collect()
    }

    fn number(&self, name: &str) -> Option<usize> {
        self.steps.iter().position(|step| step.name == name)
    }

    /// Those that no step comes after.
    fn last(&self) -> impl Iterator<Item = usize> {
        let before: BTreeSet<_> = self
            .steps
            .iter()
            .flat_map(|step| &step.after.steps)
            .collect();
        let steps = self.steps.iter().enumerate();
        steps.filter_map(move |(number, step)| (!before.contains(&step.name)).then_some(number))
    }
}

/// Ids are numbers, as the name of a step may be a word of Mermaid's.
fn drawn<S>(number: usize, step: &Step<S>) -> String {
    let what = match &step.act {
        Act::Call(_) => step.sends.first().map(|sends| sends.command.to_owned()),
        Act::Effect(_) => Some("effect".to_owned()),
        Act::Await(event) => Some(format!("awaits {event}")),
    };
    let pivot = step.is_pivot.then(|| "pivot".to_owned());
    let timeout = step
        .timeout
        .map(|timeout| format!("within {}", text(timeout)));
    let lines = [Some(step.name.to_owned()), what, pivot, timeout];
    let label = lines.into_iter().flatten().collect::<Vec<_>>().join("\n");
    let (open, close) = match &step.act {
        Act::Call(_) => ("[\"", "\"]"),
        Act::Effect(_) => ("[/\"", "\"/]"),
        Act::Await(_) => ("{{\"", "\"}}"),
    };
    node(&format!("s{number}"), open, &label, close)
}

/// What undoes the step, and what is done in its place.
fn ways<S>(number: usize, step: &Step<S>) -> Vec<String> {
    let way = |kind: &str, label: &str, way: &Way<S>| {
        let id = format!("{kind}{number}");
        let drawn = match &way.does {
            Does::Call(_) => node(&id, "[\"", way.name, "\"]"),
            Does::Effect(_) => node(&id, "[/\"", &format!("{}\neffect", way.name), "\"/]"),
        };
        format!("s{number} -. \"{label}\" .-> {drawn}")
    };
    let mut lines = Vec::new();
    if let Some(undo) = &step.undo {
        lines.push(way("u", "undo", undo));
        lines.push(format!("u{number} -.-> failed"));
    }
    if let (Some(instead), Some(timeout)) = (&step.on_timeout, step.timeout) {
        lines.push(way("t", &format!("after {}", text(timeout)), instead));
    }
    lines
}

fn end<S>(id: &str, way: Option<&Way<S>>) -> String {
    let label = match way {
        Some(way) => format!("{id}\n{}", way.name),
        None => id.to_owned(),
    };
    node(id, "([\"", &label, "\"])")
}

fn node(id: &str, open: &str, label: &str, close: &str) -> String {
    let label = label.replace('"', "#quot;").replace('\n', "<br/>");
    format!("{id}{open}{label}{close}")
}

/// In the largest unit that it is a whole number of: `30s`, `1500ms`.
fn text(duration: Duration) -> String {
    let millis = duration.as_millis();
    let units = [
        ("d", 86_400_000),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1_000),
    ];
    let whole = units
        .into_iter()
        .find(|(_, unit)| millis > 0 && millis.is_multiple_of(*unit));
    match whole {
        Some((name, unit)) => format!("{}{name}", millis / unit),
        None => format!("{millis}ms"),
    }
}
