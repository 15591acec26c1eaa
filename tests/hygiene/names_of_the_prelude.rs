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

    #[apply]
    fn decode(&mut self, _: &Encoded) {}
}

#[derive(std::fmt::Debug, std::clone::Clone, AggregateId)]
pub struct Number(u32);
