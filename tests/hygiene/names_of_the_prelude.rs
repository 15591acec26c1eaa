//! The user's types and functions are named like those that generated code could mean.

use gesta::prelude::*;

#[derive(std::fmt::Debug, std::clone::Clone, serde::Serialize, serde::Deserialize)]
pub struct Result;
#[derive(std::fmt::Debug, std::clone::Clone, serde::Serialize, serde::Deserialize)]
pub struct Option;
#[derive(std::fmt::Debug, std::clone::Clone, serde::Serialize, serde::Deserialize)]
pub struct String;
#[derive(std::fmt::Debug, std::clone::Clone, serde::Serialize, serde::Deserialize)]
pub struct Vec;
#[derive(std::fmt::Debug, std::clone::Clone, serde::Serialize, serde::Deserialize)]
pub struct Infallible;
#[derive(std::fmt::Debug, std::clone::Clone, serde::Serialize, serde::Deserialize)]
pub struct Box;

pub trait Clone {}
pub trait Debug {}
pub trait Default {}
pub trait From {}
pub trait Serialize {}
pub trait Deserialize {}
pub trait Aggregate {}
pub trait Apply {}
pub trait Command {}
pub trait IntoEvents {}

#[allow(non_snake_case)]
fn Ok() {}
#[allow(non_snake_case)]
fn Err() {}
#[allow(non_snake_case)]
fn Some() {}
#[allow(non_upper_case_globals)]
const None: u8 = 0;
#[allow(non_upper_case_globals, non_camel_case_types)]
mod state {}
mod event_keys {}

#[allow(unused_macros)]
macro_rules! panic {
    () => {};
}
#[allow(unused_macros)]
macro_rules! concat {
    () => {};
}

#[event]
pub struct Event {
    pub result: Result,
    pub option: Option,
    pub string: String,
    pub vec: Vec,
    pub infallible: Infallible,
    pub boxed: Box,
    pub event: u8,
    pub f: u8,
}

#[derive(
    std::fmt::Debug, std::clone::Clone, std::default::Default, serde::Serialize, serde::Deserialize,
)]
pub struct Former;
#[derive(std::fmt::Debug, std::clone::Clone, serde::Serialize, serde::Deserialize)]
pub struct V1;
#[derive(std::fmt::Debug, std::clone::Clone, serde::Serialize, serde::Deserialize)]
pub struct V2;

pub trait Into {}
pub trait Upcast {}
pub trait SplitInto {}
#[allow(dead_code)]
fn former() {}
#[allow(dead_code)]
fn default() {}
#[allow(dead_code)]
fn changed(old: V1) -> V2 {
    let V1 = old;
    V2
}

#[event(version = 3, was = ["Old"])]
#[removed(2, string: String)]
pub struct History {
    #[changed(3, from = V1, with = changed)]
    pub old: V2,
    #[since(2, default)]
    pub former: Former,
    #[renamed(2, was = "from")]
    pub value: Option,
    #[since(3, default = String)]
    pub text: String,
}

#[event]
pub struct EventKey;

#[event]
pub struct Encoded;

#[aggregate(snapshot(every = 2))]
#[derive(std::default::Default, serde::Serialize, serde::Deserialize)]
pub struct Thing;

#[aggregate]
impl Thing {
    #[command]
    fn take(
        &self,
        state: u8,
        event: u8,
        stored: String,
        events: Vec,
        ctx: &CommandContext,
    ) -> Event {
        let _ = (state, ctx);
        Event {
            result: Result,
            option: Option,
            string: stored,
            vec: events,
            infallible: Infallible,
            boxed: Box,
            event,
            f: 0,
        }
    }

    #[command(create)]
    fn make(&self) -> (EventKey, Encoded) {
        (EventKey, Encoded)
    }

    #[apply]
    fn apply(&mut self, _: &Event) {}

    #[apply]
    fn event(&mut self, _: &EventKey) {}

    #[upcast]
    fn split(old: History) -> std::vec::Vec<Encoded> {
        let _ = old;
        std::vec::Vec::new()
    }

    #[apply]
    fn decode(&mut self, _: &Encoded) {}
}

#[derive(std::fmt::Debug, std::clone::Clone, AggregateId)]
pub struct Number(u32);

pub trait Projection {}
pub trait ProjectionRoot {}
pub trait Document {}
pub trait Subscriber {}
pub trait Source {}
pub trait Display {}
pub struct Subscriptions;
pub struct DocumentHandler;
pub struct Index;
pub struct Keys;
pub struct Kind;
pub enum Mode {}
pub struct On;

/// Methods that everything has, called like those that generated code calls.
pub trait Everywhere: std::marker::Sized {
    fn aggregate(self) {}
    fn on(self) {}
    fn event(self) {}
    fn keyed(self) {}
    fn add(self) {}
    fn fold(self) {}
    fn ignore() {}
    fn one(self) {}
    fn several(self) {}
    fn apply(self) {}
}

impl<T> Everywhere for T {}

#[event]
pub struct S;

#[event]
pub struct Ignored;

#[projection(of(Thing, S, Ignored), ignore(Ignored, Encoded))]
#[derive(std::fmt::Debug)]
pub struct View {
    #[index]
    result: std::string::String,
    #[index]
    entries: u64,
    to: std::option::Option<u8>,
}

#[projection]
impl View {
    #[on(key = this.event)]
    fn apply(&mut self, this: &Event) -> std::result::Result<(), std::fmt::Error> {
        self.to = std::option::Option::Some(this.f);
        std::result::Result::Ok(())
    }

    #[on]
    fn fold(&mut self, _: &EventKey, recorded: &Recorded) {
        self.entries += recorded.version;
    }

    #[on(keys = [state.position, self::name()])]
    fn keyed(&mut self, event: &S, state: &Recorded) {
        let _ = (event, state);
    }
}

fn name() -> u64 {
    0
}

#[projection(sql, of(S, Ignored), ignore(Ignored))]
pub struct Tables;

#[projection]
impl Tables {
    #[setup]
    async fn teardown(sql: &mut Sql) -> std::result::Result<(), std::fmt::Error> {
        self::written(sql)
    }

    #[teardown]
    async fn setup(sql: &mut Sql) -> std::result::Result<(), SqlError> {
        std::result::Result::Ok(self::written(sql)?)
    }

    #[on]
    async fn handler(
        event: &S,
        sql: &Recorded,
        recorded: &mut Sql,
    ) -> std::result::Result<(), std::fmt::Error> {
        let _ = (event, sql);
        self::written(recorded)
    }
}

fn written(_: &mut Sql) -> std::result::Result<(), std::fmt::Error> {
    std::result::Result::Ok(())
}

pub trait Saga {}
pub trait SagaRoot {}
pub struct Graph;
pub struct Step;
pub struct After;
pub struct Trigger;
pub struct Duration;

/// Methods that everything has, called like those of sagas.
pub trait Steps: std::marker::Sized {
    fn step(self) {}
    fn call(self) {}
    fn after(self) {}
    fn undo(self) {}
    fn retry(self) {}
    fn timeout(self) {}
    fn on_timeout(self) {}
    fn correlate(self) {}
    fn start(self) {}
    fn alone(self) {}
}

impl<T> Steps for T {}

#[event]
pub struct Started {
    pub trigger: u8,
}

#[saga]
pub struct Running {
    saga: u8,
    ctx: u8,
}

#[saga]
impl Running {
    #[start(correlate = graph.trigger)]
    fn step(graph: &Started) -> Self {
        Self {
            saga: graph.trigger,
            ctx: 0,
        }
    }

    #[step(undo = undo, retry(times = 1), timeout = "1s", on_timeout = handler)]
    fn graph(&self, saga: &SagaContext) -> Call<Make> {
        let _ = (saga, self.ctx);
        Make {}.to("one")
    }

    #[step(effect, pivot)]
    async fn effect(
        &self,
        to: &EffectContext,
    ) -> std::result::Result<u8, std::convert::Infallible> {
        let _ = to;
        std::result::Result::Ok(self.saga)
    }

    #[undo]
    fn undo(&self) -> Call<Make> {
        Make {}.to("one")
    }

    fn handler(&self) -> Call<Make> {
        Make {}.to("one")
    }

    #[on(correlate = saga.position)]
    fn subscribe(&mut self, to: &S, event: &SagaContext, saga: &Recorded) -> End {
        let _ = (to, event, saga);
        self.ctx = 1;
        End
    }

    #[failed]
    fn diagram(&self, ctx: &Failure, failure: &SagaContext) -> Call<Make> {
        let _ = (ctx, failure);
        Make {}.to("one")
    }
}
