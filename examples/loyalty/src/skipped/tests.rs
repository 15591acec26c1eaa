use super::*;

fn earned(points: u64, at: i64) -> PointsEarned {
    PointsEarned {
        points,
        reason: "order".to_owned(),
        at: Timestamp::from_micros(at),
    }
}

fn raised(from: Level, to: Level) -> LevelRaised {
    LevelRaised {
        from,
        to,
        points: to.points(),
        cut_off: Timestamp::from_micros(10),
    }
}

fn joined() -> MemberJoined {
    MemberJoined {
        name: "Ada".to_owned(),
    }
}

#[test]
fn a_level_at_a_time_skips_none() {
    let up = raised(Level::Bronze, Level::Silver);
    Skipped::given("a", (joined(), earned(1_000, 1), up)).found_by(
        Skipped::TIMES,
        1_u32,
        [] as [&str; 0],
    );
}

#[test]
fn it_was_the_most_points_before_the_cut_off() {
    let mut skipped = Skipped::default();
    for (position, event) in [
        (1, earned(1, 1)),
        (2, earned(5_000, 2)),
        (3, earned(9_000, 10)),
    ] {
        skipped.earned(&event, &recorded(position));
    }
    skipped.raised(&raised(Level::Bronze, Level::Gold), &recorded(4));
    let [skip] = skipped.skips.as_slice() else {
        panic!("{skipped:?}");
    };
    assert_eq!(skip.by.as_ref().map(|by| by.position), Some(2));
    // What came after the cut-off may be what the next rise is for.
    assert_eq!(skipped.earned.len(), 1);
}

fn recorded(position: u64) -> Recorded {
    let meta = gesta::Meta {
        command_id: Uuid::from_u128(position.into()),
        time: Timestamp::from_micros(0),
        correlation: None,
        causation: None,
        actor: None,
    };
    let stream = gesta::event::StreamName::new("Member", "a").unwrap();
    Recorded::new((), stream, position, position, meta)
}
