//! What a member does, told in his own events.

#![allow(missing_docs, reason = "tests, not an API")]

use gesta::Timestamp;
use gesta::prelude::*;
use loyalty::level::Level;
use loyalty::member::{
    Earn, Join, LevelRaised, Member, MemberJoined, PointsEarned, Refused, Settle,
};

fn joined() -> MemberJoined {
    MemberJoined { name: "Ada".into() }
}

fn earned(points: u64, day: i64) -> PointsEarned {
    PointsEarned {
        points,
        reason: "order 1041".into(),
        at: at(day),
    }
}

fn earn(points: u64) -> Earn {
    Earn {
        points,
        reason: "order 1041".into(),
        at: at(1),
    }
}

fn at(day: i64) -> Timestamp {
    Timestamp::from_micros(day * 24 * 3_600 * 1_000_000)
}

fn settle(day: i64) -> Settle {
    Settle { cut_off: at(day) }
}

fn raised(from: Level, to: Level, points: u64, day: i64) -> LevelRaised {
    LevelRaised {
        from,
        to,
        points,
        cut_off: at(day),
    }
}

#[test]
fn a_member_joins_once_and_earns_then() {
    Member::given_nothing().when(earn(5)).not_found();
    Member::given_nothing()
        .when(Join { name: "Ada".into() })
        .then(joined())
        .when(earn(5))
        .then(earned(5, 1))
        .when(Join { name: "Ada".into() })
        .already_exists();
}

#[test]
fn no_points_are_no_event() {
    Member::given(joined())
        .when(earn(0))
        .rejected(Refused::NoPoints);
}

#[test]
fn points_raise_the_level_that_they_reach() {
    let up = raised(Level::Bronze, Level::Silver, 1_000, 3);
    Member::given((joined(), earned(999, 1)))
        .when(settle(3))
        .then_nothing()
        .when(earn(1))
        .then(earned(1, 1))
        .when(settle(3))
        .then(up)
        .when(settle(3))
        .then_nothing();
}

#[test]
fn what_is_earned_at_the_cut_off_counts_in_the_next_night() {
    let next = raised(Level::Bronze, Level::Gold, 6_000, 4);
    Member::given((joined(), earned(900, 1), earned(5_100, 3)))
        .when(settle(3))
        .then_nothing()
        .when(settle(4))
        .then(next);
}

#[test]
fn a_level_does_not_fall_with_an_earlier_cut_off() {
    let gold = raised(Level::Bronze, Level::Gold, 5_000, 3);
    Member::given((joined(), earned(5_000, 2), gold))
        .when(settle(1))
        .then_nothing();
}

#[test]
fn more_points_than_there_are_numbers_are_the_most() {
    let up = raised(Level::Bronze, Level::Platinum, u64::MAX, 3);
    Member::given((joined(), earned(u64::MAX, 1), earned(u64::MAX, 1)))
        .when(settle(3))
        .then(up);
}
