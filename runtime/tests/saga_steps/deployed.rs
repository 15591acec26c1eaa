//! Sagas under way when the program is replaced.

use std::time::Duration;

use gesta::prelude::*;
use gesta::{After, Graph, SagaStatus, Trigger};

use crate::world::*;

saga!(Old as "Ship", 1, [
    Asked => Trigger::start::<Asked, _>(|_, _| Self::default()),
], Graph::new()
    .step(undone("pack", "unpack").retry(3, Duration::from_secs(1)))
    .step(step("send").after(After::all(&["pack"]))));

saga!(Renamed as "Ship", 1, [
    Asked => Trigger::start::<Asked, _>(|_, _| Self::default()),
], Graph::new()
    .step(undone("wrap", "unwrap").was(&["pack"]).retry(3, Duration::from_secs(1)))
    .step(step("send").after(After::all(&["wrap"]))));

saga!(RenamedAgain as "Ship", 1, [
    Asked => Trigger::start::<Asked, _>(|_, _| Self::default()),
], Graph::new()
    .step(undone("box", "unbox").was(&["pack", "wrap"]))
    .step(step("send").after(After::all(&["box"]))));

saga!(Removed as "Ship", 1, [
    Asked => Trigger::start::<Asked, _>(|_, _| Self::default()),
], Graph::new().step(step("send")));

saga!(New as "Ship", 2, [
    Asked => Trigger::start::<Asked, _>(|_, _| Self::default()),
], Graph::new().step(step("send")));

#[test]
fn a_step_in_flight_goes_on_under_its_new_name() {
    Old::given("s", Asked {})
        .deployed::<Renamed>()
        .accepted("wrap")
        .sends(act("send"))
        .waits_for(["send"])
        .deployed::<RenamedAgain>()
        .rejected("send", "no")
        .sends(act("unbox"))
        .accepted("unbox")
        .is(SagaStatus::Compensated);
}

#[test]
fn a_step_that_waits_goes_on_under_its_new_name() {
    Old::given("s", Asked {})
        .rejected("pack", "no")
        .deployed::<Renamed>()
        .after("1s")
        .sends(act("wrap"))
        .waits_for(["wrap"]);
}

#[test]
fn a_saga_at_a_step_that_is_gone_is_stuck_until_it_is_back() {
    Old::given("s", Asked {})
        .deployed::<Removed>()
        .stuck_at("pack", "version 1 of the saga has no step `pack`")
        .compensate()
        .stuck_at("pack", "version 1 of the saga has no step `pack`")
        .retry()
        .stuck_at("pack", "version 1 of the saga has no step `pack`")
        .skip("pack")
        .is(SagaStatus::Compensated);
}

#[test]
fn what_is_in_flight_is_not_sent_a_second_time_where_its_step_is_back() {
    Old::given("s", Asked {})
        .deployed::<Removed>()
        .compensate()
        .stuck_at("pack", "has no step `pack`")
        .deployed::<Renamed>()
        .retry()
        .sends_nothing()
        .waits_for(["wrap"])
        .accepted("wrap")
        .sends(act("unwrap"));
}

#[test]
fn a_saga_of_a_newer_program_is_left_to_it() {
    New::given("s", Asked {})
        .deployed::<Old>()
        .refuses_to_compensate("is of version 2, the program knows version 1");
}

/// It cannot read what [`Old`] was.
#[derive(Default, serde::Serialize, serde::Deserialize)]
#[allow(dead_code, reason = "it is there to be missed")]
pub struct Careless {
    address: String,
}

impl gesta::Subscriber for Careless {
    type Handler = Trigger<Self>;
}

impl gesta::SagaRoot for Careless {
    const NAME: &'static str = "Ship";
}

impl gesta::On<Asked> for Careless {
    fn handler() -> Trigger<Self> {
        Trigger::start::<Asked, _>(|_, _| Self::default())
    }
}

impl gesta::Saga for Careless {
    fn graph() -> Graph<Self> {
        Graph::new()
            .step(undone("pack", "unpack").retry(3, Duration::from_secs(1)))
            .step(step("send").after(After::all(&["pack"])))
    }

    fn subscribe(to: &mut gesta::Subscriptions<Self>) {
        to.event::<Asked>();
    }
}

const UNREAD: &str = "missing field `address`";

#[test]
fn no_step_is_left_out_where_the_state_cannot_be_read() {
    Old::given("s", Asked {})
        .deployed::<Careless>()
        .accepted("pack")
        .sends_nothing()
        .stuck_at("send", UNREAD)
        .retry()
        .stuck_at("send", UNREAD)
        .deployed::<Old>()
        .retry()
        .sends(act("send"))
        .accepted("send")
        .is(SagaStatus::Completed);
}

#[test]
fn no_way_back_is_left_out_where_the_state_cannot_be_read() {
    Old::given("s", Asked {})
        .accepted("pack")
        .deployed::<Careless>()
        .rejected("send", "no")
        .sends_nothing()
        .stuck_at("unpack", UNREAD)
        .deployed::<Old>()
        .retry()
        .sends(act("unpack"))
        .accepted("unpack")
        .is(SagaStatus::Compensated);
}
