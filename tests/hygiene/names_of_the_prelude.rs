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
