//! A saga that is given one input after the other, as the runtime would, and what must hold whatever the input is.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::event::EventObject;
use crate::feed::{Decoded, Delivery};
use crate::saga::{
    Answer, Asks, Definition, Order, Part, Pending, Progress, Saga, SagaError, SagaEvent, Turn,
    described,
};
use crate::testing::given::command_id;
use crate::testing::json::pretty;
use crate::testing::stored::{Stored, with_causes};
use crate::time::Timestamp;

/// What happens to the saga.
#[derive(Clone, Copy)]
pub(super) enum Input<'a> {
    Look,
    Event(&'a Delivery, &'a dyn EventObject),
    Answer(&'a Part, u32, &'a Answer),
    Tick,
    Order(&'a Order),
}

/// Why the test cannot go on.
pub(super) enum Trouble {
    /// The saga does not do what it is asked.
    Refused(SagaError),
    /// Something does not hold that must always hold.
    Broken(String),
}

pub(super) struct Machine<S: Saga> {
    pub(super) definition: Definition<S>,
    pub(super) id: String,
    pub(super) progress: Progress,
    /// Events of the log up to this position were given.
    pub(super) position: u64,
    /// All that was decided.
    pub(super) decided: Vec<SagaEvent>,
    stored: Vec<Stored>,
    turns: u64,
}

impl<S: Saga> Machine<S> {
    pub(super) fn new() -> Self {
        Self {
            definition: Definition::new(),
            id: String::new(),
            progress: Progress::default(),
            position: 0,
            decided: Vec::new(),
            stored: Vec::new(),
            turns: 0,
        }
    }

    /// The same saga, after a program was replaced by another.
    pub(super) fn replaced<T: Saga>(self) -> Machine<T> {
        Machine {
            definition: Definition::new(),
            id: self.id,
            progress: self.progress,
            position: self.position,
            decided: self.decided,
            stored: self.stored,
            turns: self.turns,
        }
    }

    /// Gives the saga an input, twice, as it may come.
    pub(super) fn give(&mut self, now: Timestamp, input: Input<'_>) -> Result<(), Trouble> {
        self.turns += 1;
        let before = self.progress.pending.clone();
        let (events, progress) = self.decide(now, input)?;
        self.check_that_it_is_pure(now, input, &events)?;
        for event in events {
            self.stored
                .push(Stored::encode(&event).map_err(Trouble::Broken)?);
            self.decided.push(event);
        }
        self.progress = self.read_back(&progress).map_err(Trouble::Broken)?;
        self.check_that_it_counts_once(now, input)?;
        self.check_that_late_answers_count_nothing(now, &before)
    }

    fn decide(
        &self,
        now: Timestamp,
        input: Input<'_>,
    ) -> Result<(Vec<SagaEvent>, Progress), Trouble> {
        let commit: Uuid = command_id((1 << 40) + self.turns);
        let graph = &self.definition.graph;
        let turn = Turn::new(graph, &self.id, now, commit, self.progress.clone());
        let mut turn = turn.map_err(Trouble::Refused)?;
        match input {
            Input::Look => {}
            Input::Event(delivery, event) => {
                if let Some(trigger) = self.definition.trigger(delivery, event) {
                    turn.take(trigger, event, &delivery.recorded);
                }
            }
            Input::Answer(part, attempt, answer) => turn.answer(part, attempt, answer.clone()),
            Input::Tick => turn.tick(),
            Input::Order(order) => turn.obey(order).map_err(Trouble::Refused)?,
        }
        Ok((turn.events, turn.progress))
    }

    fn check_that_it_is_pure(
        &self,
        now: Timestamp,
        input: Input<'_>,
        events: &[SagaEvent],
    ) -> Result<(), Trouble> {
        let lines = |events: &[SagaEvent]| {
            let lines = events
                .iter()
                .map(|event| Ok(Stored::encode(event)?.lines()));
            lines.collect::<Result<Vec<_>, String>>()
        };
        let first = lines(events).map_err(Trouble::Broken)?;
        // Of two things in a random order, this often they are in the same one once in 128 tests.
        for _ in 0..7 {
            let (again, _) = self.decide(now, input)?;
            if lines(&again).map_err(Trouble::Broken)? != first {
                let what = "the same input does not always bring about the same: a method of the saga depends on a \
                            clock, on chance, on the order of a `HashMap`, or on something that it changes itself";
                return Err(Trouble::Broken(what.to_owned()));
            }
        }
        Ok(())
    }

    /// How far the saga has come by what is stored: the same as in memory.
    fn read_back(&self, expected: &Progress) -> Result<Progress, String> {
        let mut progress = Progress::default();
        for stored in &self.stored {
            progress.apply(&stored.decode()?);
        }
        let json = |progress: &Progress| {
            serde_json::to_string(progress).map_err(|error| error.to_string())
        };
        let stored = json(&progress)?;
        let again = serde_json::from_str(&stored);
        let again: Progress = again.map_err(|error| with_causes(&error))?;
        if pretty(&stored) != pretty(&json(expected)?) || json(&again)? != stored {
            return Err("the saga does not survive its storage".to_owned());
        }
        Ok(progress)
    }

    fn check_that_it_counts_once(&self, now: Timestamp, input: Input<'_>) -> Result<(), Trouble> {
        // What people ask for twice may be meant twice.
        if let Input::Order(_) = input {
            return Ok(());
        }
        self.check_that_nothing_comes_of(now, input)
    }

    /// Attempts that were under way before, and are not any more, may still be answered.
    fn check_that_late_answers_count_nothing(
        &self,
        now: Timestamp,
        before: &BTreeMap<Part, Pending>,
    ) -> Result<(), Trouble> {
        for (part, Pending { attempt, .. }) in before {
            if self.progress.awaits(part, *attempt) {
                continue;
            }
            for answer in [
                Answer::Accepted(None),
                Answer::Refused(String::new()),
                Answer::TimedOut,
            ] {
                self.check_that_nothing_comes_of(now, Input::Answer(part, *attempt, &answer))?;
            }
        }
        Ok(())
    }

    fn check_that_nothing_comes_of(&self, now: Timestamp, input: Input<'_>) -> Result<(), Trouble> {
        let (events, _) = self.decide(now, input)?;
        match events.first() {
            None => Ok(()),
            Some(event) => Err(Trouble::Broken(format!(
                "what comes twice, or late, counts: {}",
                described(event)
            ))),
        }
    }

    /// Gives it an event of the log.
    pub(super) fn take(&mut self, now: Timestamp, delivery: &Delivery) -> Result<(), Trouble> {
        let events = match &delivery.decoded {
            Decoded::Events(events) => events.as_slice(),
            Decoded::Foreign => &[],
            Decoded::Unreadable { error, .. } => return Err(Trouble::Broken(error.clone())),
        };
        for event in events {
            let event = event.event();
            let Some(trigger) = self.definition.trigger(delivery, event) else {
                continue;
            };
            let id = trigger.id_of(event, &delivery.recorded);
            let Some(id) = id.map_err(Trouble::Broken)? else {
                continue;
            };
            if self.id.is_empty() {
                self.id.clone_from(&id);
            }
            if self.id != id {
                return Err(Trouble::Broken(format!(
                    "the event at position {} is one of the saga `{id}`, and the test is about the saga `{}`: write a \
                     test for each",
                    delivery.recorded.position, self.id
                )));
            }
            self.give(now, Input::Event(delivery, event))?;
        }
        Ok(())
    }

    /// Gives it the events that waited until it went on.
    pub(super) fn take_deferred(
        &mut self,
        now: Timestamp,
        log: &[Delivery],
    ) -> Result<(), Trouble> {
        while self.progress.stuck.is_none()
            && let Some(position) = self.progress.deferred.front().copied()
            && let Some(delivery) = log.iter().find(|each| each.recorded.position == position)
        {
            self.take(now, delivery)?;
            if self.progress.deferred.front() == Some(&position) {
                break;
            }
        }
        Ok(())
    }

    /// Lets what is due by now happen.
    pub(super) fn fire(&mut self, now: Timestamp) -> Result<(), Trouble> {
        let before = self.decided.len();
        let pending = self.progress.pending.clone();
        for (part, pending) in pending {
            let is_due = pending.due.is_some_and(|due| due <= now);
            if is_due && pending.is_in_flight() && matches!(pending.to, Asks::Command(_)) {
                let answer = Input::Answer(&part, pending.attempt, &Answer::TimedOut);
                self.give(now, answer)?;
            }
        }
        self.give(now, Input::Tick)?;
        match self.decided.len() > before {
            true => Ok(()),
            false => Err(Trouble::Broken(
                "a deadline comes, and nothing happens".to_owned(),
            )),
        }
    }
}
