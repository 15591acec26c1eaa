use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::ops::Range;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use uuid::Uuid;

use super::check;

#[test]
fn types_of_others_are_made() {
    check::<Uuid>("string", r#""00000000-0000-7000-8000-000000000001""#);
    check::<crate::Timestamp>("i64", "1");
    check::<NonZeroU32>("u32", "1");
    check::<IpAddr>("string", r#""127.0.0.1""#);
    check::<SocketAddr>("string", r#""127.0.0.1:80""#);
    check::<PathBuf>("string", r#""text""#);
    check::<Duration>("{nanos: u32, secs: u64}", r#"{"secs":1,"nanos":1}"#);
    check::<SystemTime>(
        "{nanos_since_epoch: u32, secs_since_epoch: u64}",
        r#"{"secs_since_epoch":1,"nanos_since_epoch":1}"#,
    );
    check::<Range<u8>>("{end: u8, start: u8}", r#"{"start":1,"end":1}"#);
    check::<(Uuid, Vec<IpAddr>)>(
        "(string, [string])",
        r#"["00000000-0000-7000-8000-000000000001",["127.0.0.1"]]"#,
    );
}
