//! The same commands on every store: the same answers, the same log to the byte, the same snapshots.
#![cfg(all(unix, feature = "postgres", feature = "sqlite"))]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says by a panic that it failed"
)]

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use gesta::Committed;
use gesta::prelude::*;
use gesta::store::{
    CommandKey, Durability, Lookup, MemoryStore, PageLimit, PostgresStore, Snapshot, SqliteStore,
    Store, StoredEvent, StreamName,
};
use gesta::testing::{SequentialIds, VirtualClock};
use gesta_test_postgres::{Database, database};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde::{Deserialize, Serialize};

/// All that JSON has trouble with.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Odd {
    text: String,
    whole: u64,
    signed: i64,
    float: f64,
    small: f32,
    none: Option<()>,
    named: BTreeMap<String, Vec<Option<String>>>,
    raw: Box<serde_json::value::RawValue>,
}

#[event]
pub struct Noted {
    pub odd: Odd,
}

#[event(name = "Noted it twice: \"so\" / 🙂")]
pub struct Repeated {}

#[aggregate(error = Full)]
#[derive(Debug, Default)]
pub struct Notes {
    count: usize,
}

#[derive(Debug, thiserror::Error)]
#[error("{0} notes are enough")]
pub struct Full(usize);

#[aggregate]
impl Notes {
    #[command(create)]
    pub fn note_first(&self, odd: Odd) -> Noted {
        Noted { odd }
    }

    #[command]
    pub fn note(&self, odd: Odd) -> Result<Noted, Full> {
        match self.count {
            0..6 => Ok(Noted { odd }),
            count => Err(Full(count)),
        }
    }

    #[command(upsert)]
    pub fn note_more(&self, odd: Odd) -> (Noted, Repeated, Option<Noted>) {
        let again = self
            .count
            .is_multiple_of(2)
            .then(|| Noted { odd: odd.clone() });
        (Noted { odd }, Repeated {}, again)
    }

    #[command(upsert)]
    pub fn note_nothing(&self) -> Option<Noted> {
        None
    }

    #[apply]
    fn noted(&mut self, _: &Noted) {
        self.count += 1;
    }

    #[apply]
    fn repeated(&mut self, _: &Repeated) {}
}

#[event]
pub struct Counted {
    pub by: u64,
}

#[aggregate(snapshot(every = 3))]
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Counter {
    sum: u64,
    names: BTreeMap<String, f64>,
}

#[aggregate]
impl Counter {
    #[command(upsert)]
    pub fn count(&self, by: u64) -> Counted {
        Counted { by }
    }

    #[command]
    pub fn count_many(&self, times: usize) -> Vec<Counted> {
        vec![Counted { by: self.sum }; times]
    }

    #[apply]
    fn counted(&mut self, event: &Counted) {
        self.sum = self.sum.wrapping_mul(31).wrapping_add(event.by);
        let name = format!("\0{}", self.sum % 3);
        *self.names.entry(name).or_default() += 0.1;
    }
}

#[derive(Debug, Clone)]
enum Does {
    NoteFirst(Odd),
    Note(Odd),
    NoteMore(Odd),
    NoteNothing,
    Count(u64),
    CountMany(usize),
}

#[derive(Debug, Clone)]
struct Sent {
    does: Does,
    /// One of few ids, so that some are for two commands.
    id: Option<u8>,
    beside: Option<String>,
}

#[derive(Debug, Clone)]
enum Step {
    /// Sends commands to one aggregate at once.
    Send(&'static str, Vec<Sent>),
    /// Sends again what was sent so many steps before.
    Again(usize),
    /// Starts anew, with nothing in memory.
    Restart,
}

/// Ids that some collation or some index could take for one.
const IDS: &[&str] = &["a", "A", "ä", "a\u{308}", "a ", "a/b", "%", "'\"\\", "🙂"];

fn text() -> impl Strategy<Value = String> {
    let chosen = [
        "",
        "\0",
        "a\0b\u{1}\u{7f}",
        "\\u0000",
        "\u{2028}\u{feff}\u{fffd}\u{10ffff}",
        "'; DROP TABLE gesta_events; --",
        "é e\u{301} ß ﬀ İ",
        "\"\\/\n\r\t",
        "{\"a\": [1]}",
        "NULL",
    ];
    prop_oneof![
        2 => prop::sample::select(chosen.to_vec()).prop_map(str::to_owned),
        2 => any::<String>(),
        1 => (1..20_000_usize).prop_map(|count| "ü\0".repeat(count)),
    ]
}

fn odd() -> impl Strategy<Value = Odd> {
    let whole = prop_oneof![
        any::<u64>(),
        prop::sample::select(&[0, 1 << 31, (1 << 53) + 1, 1 << 63, u64::MAX][..])
    ];
    let signed = prop_oneof![
        any::<i64>(),
        prop::sample::select(&[i64::MIN, -(1 << 53) - 1, -1][..])
    ];
    let chosen = [-0.0, 0.1, 5e-324, f64::MAX, f64::MIN_POSITIVE, 1e23, 9e15];
    let float = prop_oneof![
        prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO,
        prop::sample::select(chosen.to_vec())
    ];
    let named = prop::collection::btree_map(
        text(),
        prop::collection::vec(prop::option::of(text()), 0..3),
        0..3,
    );
    let raws = [
        "1.0000000000000000000000000001",
        "1e400",
        "-0",
        "1E+2",
        "12345678901234567890123456789",
        r#""\u0000\ud800\/\u00e9""#,
        r#"{"b":1,"a":2,"b":3}"#,
        "[ 1 ,\t2\n, {} ]",
    ];
    let raw = prop::sample::select(raws.to_vec());
    (text(), whole, signed, float, any::<i16>(), named, raw).prop_map(
        |(text, whole, signed, float, small, named, raw)| Odd {
            text,
            whole,
            signed,
            float,
            small: f32::from(small) / 7.0,
            none: None,
            named,
            raw: serde_json::from_str(raw).unwrap(),
        },
    )
}

fn notes() -> impl Strategy<Value = Does> {
    prop_oneof![
        1 => odd().prop_map(Does::NoteFirst),
        2 => odd().prop_map(Does::Note),
        1 => odd().prop_map(Does::NoteMore),
        1 => Just(Does::NoteNothing),
    ]
}

fn counts() -> impl Strategy<Value = Does> {
    prop_oneof![
        3 => any::<u64>().prop_map(Does::Count),
        1 => (0..5_usize).prop_map(Does::CountMany),
    ]
}

fn sent(does: impl Strategy<Value = Does>) -> impl Strategy<Value = Vec<Sent>> {
    let beside = prop_oneof![2 => Just(None), 1 => text().prop_map(Some)];
    let sent = (does, prop::option::of(0..12_u8), beside);
    let sent = sent.prop_map(|(does, id, beside)| Sent { does, id, beside });
    prop::collection::vec(sent, 1..5)
}

fn step() -> impl Strategy<Value = Step> {
    let id = || prop::sample::select(IDS);
    prop_oneof![
        5 => (id(), sent(notes())).prop_map(|(id, sent)| Step::Send(id, sent)),
        3 => (id(), sent(counts())).prop_map(|(id, sent)| Step::Send(id, sent)),
        4 => (1..6_usize).prop_map(Step::Again),
        1 => Just(Step::Restart),
    ]
}

type Answer = Pin<Box<dyn Future<Output = String> + Send>>;

fn send(app: &App, id: &str, sent: Sent) -> Answer {
    fn answer<C: gesta::Command>(
        send: gesta::SendCommand<C>,
        id: Option<u8>,
        beside: Option<String>,
    ) -> Answer {
        let mut send = send;
        if let Some(id) = id {
            send = send.command_id(Uuid::from_u128(1 << 100 | u128::from(id)));
        }
        if let Some(text) = beside {
            let part = |from: usize| text.chars().skip(from).take(40).collect::<String>();
            send = send.correlation(part(0)).causation(part(1)).actor(part(2));
        }
        Box::pin(async move { shown(send.await) })
    }
    let Sent {
        does,
        id: key,
        beside,
    } = sent;
    match does {
        Does::NoteFirst(odd) => answer(app.send(id, NoteFirst { odd }), key, beside),
        Does::Note(odd) => answer(app.send(id, Note { odd }), key, beside),
        Does::NoteMore(odd) => answer(app.send(id, NoteMore { odd }), key, beside),
        Does::NoteNothing => answer(app.send(id, NoteNothing {}), key, beside),
        Does::Count(by) => answer(app.send(id, Count { by }), key, beside),
        Does::CountMany(times) => answer(app.send(id, CountMany { times }), key, beside),
    }
}

/// An answer without what depends on how long it took: where a command without events found its aggregate.
fn shown<E: Debug>(answer: Result<Committed, E>) -> String {
    let answer = answer.map(|mut done| {
        done.position *= u64::from(done.events > 0);
        done
    });
    format!("{answer:?}")
}

/// Polls all in their order, so that they are handed over in it.
async fn all(mut answers: Vec<Answer>) -> Vec<String> {
    let mut done = vec![None; answers.len()];
    poll_fn(|cx| {
        let waiting = answers.iter_mut().zip(&mut done);
        for (answer, done) in waiting.filter(|(_, done)| done.is_none()) {
            if let Poll::Ready(text) = answer.as_mut().poll(cx) {
                *done = Some(text);
            }
        }
        match done.iter().all(Option::is_some) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    })
    .await;
    done.into_iter().flatten().collect()
}

/// All that can be told of a store from outside.
#[derive(Debug, PartialEq)]
struct Told {
    answers: Vec<Vec<String>>,
    log: Vec<StoredEvent>,
    streams: Vec<(StreamName, Vec<StoredEvent>, Option<Snapshot>)>,
    lookups: Vec<Lookup>,
    states: Vec<String>,
}

async fn perform<S: Store>(open: impl AsyncFn() -> S, plan: &[Step]) -> Told {
    let (clock, ids) = (VirtualClock::default(), SequentialIds::default());
    let start = async || {
        let app = App::builder().store(open().await);
        let app = app.aggregate::<Notes>().aggregate::<Counter>();
        let app = app.clock(clock.clone()).ids(ids.clone());
        app.start().await.unwrap()
    };
    let mut app = start().await;
    let (mut answers, mut before) = (Vec::new(), Vec::<(&str, Vec<Sent>)>::new());
    for step in plan {
        clock.advance(Duration::from_micros(1_234_567));
        let (id, sent) = match step {
            Step::Send(id, sent) => (*id, sent.clone()),
            Step::Again(back) => match before.iter().rev().nth(back - 1) {
                Some(again) => again.clone(),
                None => continue,
            },
            Step::Restart => {
                app.shutdown().await.unwrap();
                app = start().await;
                continue;
            }
        };
        let sending = sent.iter().map(|each| send(&app, id, each.clone()));
        answers.push(all(sending.collect()).await);
        before.push((id, sent));
    }
    let mut states = Vec::new();
    for id in IDS {
        states.push(format!("{:?}", app.load::<Notes>(*id).await));
        states.push(format!("{:?}", app.load::<Counter>(*id).await));
    }
    app.shutdown().await.unwrap();
    let store = open().await;
    let told = Told {
        answers,
        log: read(
            async |after| store.read_log(after, SMALL).await,
            |event| event.position,
        )
        .await,
        streams: streams(&store).await,
        lookups: lookups(&store).await,
        states,
    };
    store.close().await.unwrap();
    told
}

const SMALL: PageLimit = PageLimit {
    events: 7,
    bytes: 10_000,
};

/// Page by page, which end at the same events on every store.
async fn read(
    page: impl AsyncFn(u64) -> Result<gesta::store::Page, gesta::StoreError>,
    place: impl Fn(&StoredEvent) -> u64,
) -> Vec<StoredEvent> {
    let mut events = Vec::new();
    loop {
        let page = page(events.last().map_or(0, &place)).await.unwrap();
        events.extend(page.events);
        if !page.more {
            return events;
        }
    }
}

fn names() -> impl Iterator<Item = StreamName> {
    let names =
        |&id: &_| ["Notes", "Counter"].map(|aggregate| StreamName::new(aggregate, id).unwrap());
    IDS.iter().flat_map(names)
}

async fn streams(store: &impl Store) -> Vec<(StreamName, Vec<StoredEvent>, Option<Snapshot>)> {
    let mut streams = Vec::new();
    for name in names() {
        let page = async |after| store.read_stream(&name, after, SMALL).await;
        let events = read(page, |event| event.version).await;
        let snapshot = store.read_snapshot(&name).await.unwrap();
        streams.push((name, events, snapshot));
    }
    streams
}

async fn lookups(store: &impl Store) -> Vec<Lookup> {
    let given = (0..12).map(|id| Uuid::from_u128(1 << 100 | id));
    let ids: Vec<_> = given.chain((1..200).map(SequentialIds::nth)).collect();
    let keys: Vec<_> = names()
        .flat_map(|stream| {
            let key = |id: &Uuid| CommandKey {
                command_id: *id,
                stream: stream.clone(),
            };
            ids.iter().map(key).collect::<Vec<_>>()
        })
        .collect();
    store.lookup(&keys).await.unwrap()
}

/// Says the first difference, not all that was compared.
fn assert_same(memory: &Told, other: &Told, name: &str) {
    fn each<T: PartialEq + Debug>(one: &[T], two: &[T], what: &str) {
        for (number, (one, two)) in one.iter().zip(two).enumerate() {
            assert!(one == two, "{what} {number}: {one:?}, but {two:?}");
        }
    }
    each(
        &memory.answers,
        &other.answers,
        &format!("memory and {name}, answers of step"),
    );
    each(
        &memory.log,
        &other.log,
        &format!("memory and {name}, event"),
    );
    each(
        &memory.streams,
        &other.streams,
        &format!("memory and {name}, stream"),
    );
    each(
        &memory.lookups,
        &other.lookups,
        &format!("memory and {name}, lookup"),
    );
    each(
        &memory.states,
        &other.states,
        &format!("memory and {name}, state"),
    );
    assert!(
        memory == other,
        "memory and {name} have not as many of something"
    );
}

async fn check(database: &Database, number: usize, plan: &[Step]) {
    let memory = MemoryStore::new();
    let memory = perform(async || memory.clone(), plan).await;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.db");
    let open = async || {
        let store = SqliteStore::builder(&path).durability(Durability::MayLoseLatestOnPowerFailure);
        store.open().await.unwrap()
    };
    let sqlite = perform(open, plan).await;
    assert_same(&memory, &sqlite, "SQLite");

    let open = async || {
        let builder = PostgresStore::builder(database.url()).unwrap();
        let builder = builder.schema(format!("case_{number}"));
        builder.open().await.unwrap()
    };
    let postgres = perform(open, plan).await;
    assert_same(&memory, &postgres, "PostgreSQL");
}

#[test]
fn the_same_commands_leave_the_same_on_every_store() {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    let Some(database) = runtime.block_on(database()) else {
        return;
    };
    let config = Config {
        cases: 16,
        failure_persistence: None,
        max_shrink_iters: 100,
        ..Config::default()
    };
    let number = std::cell::Cell::new(0);
    let check = |plan: Vec<_>| {
        number.set(number.get() + 1);
        runtime.block_on(check(&database, number.get(), &plan));
        Ok(())
    };
    let plan = prop::collection::vec(step(), 1..24);
    TestRunner::new(config).run(&plan, check).unwrap();
}
