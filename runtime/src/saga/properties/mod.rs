//! What holds of every saga, whatever its steps are and whatever comes when.

mod judge;
mod plan;

use judge::Judge;
use plan::{Plan, Walk, event, recorded};
use proptest::prelude::*;
use uuid::Uuid;

use super::event::{Asks, Part};
use super::graph::Graph;
use super::progress::Progress;
use super::trigger::Trigger;
use super::turn::{Answer, Order, Turn};
use crate::time::Timestamp;

/// Something that happens; the number says to which of those that it may happen to.
#[derive(Debug, Clone, Copy)]
enum Happening {
    Accepts(usize),
    Refuses(usize),
    /// A command is closed.
    Closes(usize),
    /// An answer to an attempt that was answered, or is not made yet.
    Strays(usize, u32),
    /// The event of a step comes.
    Comes(usize),
    /// So many milliseconds pass.
    Passes(u16),
    Retries,
    Skips(usize),
    Compensates,
}

fn happening() -> impl Strategy<Value = Happening> {
    use Happening::*;
    prop_oneof![
        8 => any::<usize>().prop_map(Accepts),
        3 => any::<usize>().prop_map(Refuses),
        2 => any::<usize>().prop_map(Closes),
        2 => (any::<usize>(), 0..4_u32).prop_map(|(which, attempt)| Strays(which, attempt)),
        2 => any::<usize>().prop_map(Comes),
        3 => any::<u16>().prop_map(Passes),
        1 => Just(Retries),
        1 => any::<usize>().prop_map(Skips),
        1 => Just(Compensates),
    ]
}

/// A saga on its way.
struct Run<'a> {
    plan: &'a Plan,
    graph: Graph<Walk>,
    progress: Progress,
    judge: Judge<'a>,
    now: Timestamp,
    position: u64,
}

impl<'a> Run<'a> {
    fn start(plan: &'a Plan) -> Self {
        let mut run = Self {
            plan,
            graph: plan.graph(),
            progress: Progress::default(),
            judge: Judge::new(plan),
            now: Timestamp::from_micros(0),
            position: 0,
        };
        let start = Trigger::start::<super::event::SagaEnded, _>(|_, _| Walk {});
        run.turn(|turn, position| turn.take(&start, &event(), &recorded(position)));
        run
    }

    /// What is decided is judged, and counts no second time.
    fn turn(&mut self, give: impl Fn(&mut Turn<'_, Walk>, u64)) {
        self.position += 1;
        let turn = |progress: &Progress| {
            let progress = progress.clone();
            Turn::new(&self.graph, "s", self.now, Uuid::nil(), progress).unwrap()
        };
        let mut decided = turn(&self.progress);
        give(&mut decided, self.position);
        for event in &decided.events {
            self.judge.see(event);
            self.progress.apply(event);
        }
        let json = |progress: &Progress| serde_json::to_string(progress).unwrap();
        assert_eq!(
            json(&self.progress),
            json(&decided.progress),
            "what is folded is another"
        );
    }

    /// The same input comes twice.
    fn twice(&mut self, give: impl Fn(&mut Turn<'_, Walk>, u64)) {
        self.turn(|turn, position| give(turn, position));
        let before = self.judge.seen;
        self.position -= 1;
        self.turn(give);
        assert_eq!(self.judge.seen, before, "what comes twice counts twice");
    }

    fn answer(&mut self, part: &Part, attempt: u32, answer: &Answer) {
        self.twice(|turn, _| turn.answer(part, attempt, answer.clone()));
    }

    /// Of what is in flight.
    fn pick(&self, which: usize) -> Option<(Part, u32, bool)> {
        let pending = self.progress.pending.iter();
        let all: Vec<_> = pending
            .filter(|(_, pending)| pending.is_in_flight())
            .collect();
        let (part, pending) = all.get(which.checked_rem(all.len())?)?;
        let is_command = matches!(pending.to, Asks::Command(_));
        Some(((*part).clone(), pending.attempt, is_command))
    }

    fn happens(&mut self, what: Happening) {
        match what {
            Happening::Accepts(which) => {
                if let Some((part, attempt, _)) = self.pick(which) {
                    self.answer(&part, attempt, &Answer::Accepted(None));
                }
            }
            Happening::Refuses(which) => {
                if let Some((part, attempt, _)) = self.pick(which) {
                    self.answer(&part, attempt, &Answer::Refused("no".to_owned()));
                }
            }
            Happening::Closes(which) => {
                if let Some((part, attempt, true)) = self.pick(which) {
                    self.answer(&part, attempt, &Answer::TimedOut);
                }
            }
            Happening::Strays(which, attempt) => self.stray(which, attempt),
            Happening::Comes(which) => self.comes(which),
            Happening::Passes(millis) => self.passes(u64::from(millis)),
            Happening::Retries => self.obeys(&Order::Retry),
            Happening::Skips(which) => {
                let name = self.plan.name(which);
                self.obeys(&Order::Skip(name.to_owned()));
            }
            Happening::Compensates => self.obeys(&Order::Compensate),
        }
    }

    /// An answer that nobody waits for changes nothing.
    fn stray(&mut self, which: usize, attempt: u32) {
        let name = self.plan.name(which).to_owned();
        for part in [Part::Step(name.clone()), Part::Undo(name), Part::Completed] {
            if !self.progress.awaits(&part, attempt) {
                let before = self.judge.seen;
                self.turn(|turn, _| turn.answer(&part, attempt, Answer::Accepted(None)));
                assert_eq!(self.judge.seen, before, "a stray answer counts");
            }
        }
    }

    fn comes(&mut self, which: usize) {
        let Some(step) = self.plan.awaits(which) else {
            return;
        };
        let trigger = Trigger::step::<super::event::SagaEnded, ()>(step, |_, _, _| ());
        self.twice(|turn, position| turn.take(&trigger, &event(), &recorded(position)));
        // While it is stuck it is deferred, and is taken as soon as it is not.
        while self.progress.stuck.is_none()
            && let Some(at) = self.progress.deferred.front().copied()
        {
            self.turn(|turn, _| turn.take(&trigger, &event(), &recorded(at)));
        }
    }

    fn passes(&mut self, millis: u64) {
        self.now = self.now + std::time::Duration::from_millis(millis);
        self.twice(|turn, _| turn.tick());
    }

    fn obeys(&mut self, order: &Order) {
        self.turn(|turn, _| {
            let before = turn.events.len();
            if turn.obey(order).is_err() {
                assert_eq!(
                    turn.events.len(),
                    before,
                    "what is refused changes something"
                );
            }
        });
    }

    /// Answers all that it asks for, until it asks for nothing.
    fn ends(&mut self, answers: &[bool]) {
        let mut answers = answers.iter().cycle().copied();
        for _ in 0..2_000 {
            if self.progress.stuck.is_some() || self.progress.has_ended() {
                return;
            }
            match (self.pick(0), self.progress.due()) {
                (Some((part, attempt, _)), _) => {
                    let answer = match answers.next() {
                        Some(true) => Answer::Accepted(None),
                        _ => Answer::Refused("no".to_owned()),
                    };
                    self.answer(&part, attempt, &answer);
                }
                (None, Some(due)) => {
                    self.now = self.now.max(due);
                    self.twice(|turn, _| turn.tick());
                }
                (None, None) => (0..self.plan.steps.len()).for_each(|step| self.comes(step)),
            }
        }
        panic!("it never ends: {:?}", self.progress);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_saga_ends_and_all_is_done_or_undone(
        plan in plan::plans(),
        happenings in prop::collection::vec(happening(), 0..40),
        answers in prop::collection::vec(any::<bool>(), 1..9),
    ) {
        prop_assert_eq!(plan.graph().mistake(), None);
        let mut run = Run::start(&plan);
        for what in happenings {
            run.happens(what);
        }
        run.ends(&answers);
        run.judge.end(&run.progress);
    }
}
