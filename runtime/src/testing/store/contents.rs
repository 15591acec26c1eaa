//! What is stored comes back as it was.

use uuid::Uuid;

use crate::event::Meta;
use crate::store::{NewEvent, Snapshot, StoredEvent};
use crate::time::Timestamp;

use super::Harness;
use super::subject::{Subject, commit, holds, same, stream, written};

pub(super) fn ids() -> Vec<String> {
    let mut ids: Vec<String> = [
        "a",
        "A",
        "ä",
        "a\u{308}",
        "/",
        "a/b",
        "//",
        " ",
        " a",
        "a ",
        "%",
        "_",
        "a%",
        "\\",
        "'",
        "''",
        "\"",
        "`",
        "';DROP TABLE gesta_events;--",
        "?",
        "?1",
        "$1",
        ":a",
        "@a",
        "{}",
        "[]",
        "NULL",
        "null",
        "0",
        "00",
        "0.0",
        "1e3",
        "\u{feff}",
        "\u{200b}",
        "\u{202e}abc",
        "🙂",
        "👩\u{200d}🚀",
        "漢字",
        "\u{10ffff}",
        "\u{fffd}",
        "a\u{a0}b",
    ]
    .map(str::to_owned)
    .to_vec();
    ids.push("x".repeat(512));
    ids.push("🙂".repeat(128));
    ids.push("'".repeat(511));
    ids
}

/// Ids that look alike, or like a language that a store may speak, are streams of their own.
///
/// # Panics
/// If the store breaks this.
pub async fn ids_are_exact(harness: &impl Harness) {
    let (store, _log) = Subject::fresh(harness).await;
    let commits: Vec<_> = ids().iter().map(|id| commit(&stream(id), 0, 1)).collect();
    let wanted: Vec<_> = (1..).map(written).take(commits.len()).collect();
    same(
        "each id is a stream of its own",
        store.append(&commits).await,
        wanted,
    );
    for commit in &commits {
        let events = store.stream(&commit.stream).await;
        let found: Vec<_> = events
            .iter()
            .map(|event| (&event.stream, event.meta.command_id))
            .collect();
        same(
            "an id comes back as it was",
            found,
            vec![(&commit.stream, commit.meta.command_id)],
        );
        same("an id is found", store.lookup(commit).await.version, 1);
    }
    let found: Vec<_> = store
        .log(0)
        .await
        .into_iter()
        .map(|event| event.stream)
        .collect();
    let wanted: Vec<_> = commits.into_iter().map(|commit| commit.stream).collect();
    same("the log holds the ids as they were", found, wanted);
}

pub(super) fn payloads() -> Vec<String> {
    let mut payloads: Vec<String> = [
        "{}",
        "[]",
        "null",
        "0",
        "-0",
        "1.0",
        "1e400",
        "123456789012345678901234567890",
        "\"\"",
        " {\n\t\"a\" :\r\n 1 } ",
        r#"{"b":1,"a":2,"a":3}"#,
        r#""\u0000""#,
        r#""\ud800""#,
        r#""\u00e4ä\/""#,
        r#""\"\\\n\u001f\u001e""#,
        r#""' ; DROP TABLE gesta_events; -- % _ ? $1 :a""#,
        "\"\u{7f}\u{85}\u{2028}\u{feff}🙂\u{10ffff}\"",
    ]
    .map(str::to_owned)
    .to_vec();
    payloads
        .extend([1 << 20, (1 << 20) + 1, 5 << 20].map(|size| format!("\"{}\"", "x".repeat(size))));
    payloads.push(format!("\"{}\"", "🙂'".repeat(100_000)));
    payloads
}

/// The text of an event comes back byte for byte, up to some megabytes.
///
/// # Panics
/// If the store breaks this.
pub async fn payloads_are_exact(harness: &impl Harness) {
    let (store, _log) = Subject::fresh(harness).await;
    let alice = stream("alice");
    let mut all = commit(&alice, 0, 0);
    for json in payloads() {
        all.events.push(NewEvent {
            name: "Happened".into(),
            schema: 1,
            json,
        });
    }
    store.write(std::slice::from_ref(&all)).await;
    for events in [store.stream(&alice).await, store.log(0).await] {
        let found: Vec<_> = events.iter().map(|event| event.json.as_str()).collect();
        let wanted: Vec<_> = all.events.iter().map(|event| event.json.as_str()).collect();
        same("JSON comes back byte for byte", found, wanted);
    }
    for json in payloads() {
        let snapshot = Some(Snapshot {
            version: 0,
            fingerprint: 1,
            json,
        });
        let mut saved = commit(&stream("bob"), 0, 0);
        saved.snapshot.clone_from(&snapshot);
        store.write(&[saved]).await;
        same(
            "a snapshot comes back byte for byte",
            store.snapshot(&stream("bob")).await,
            snapshot,
        );
    }
}

/// Names, versions, numbers and what stands beside an event come back as they were, at the ends of their ranges too.
///
/// # Panics
/// If the store breaks this.
pub async fn the_rest_is_exact(harness: &impl Harness) {
    let (store, _log) = Subject::fresh(harness).await;
    let alice = stream("alice");
    let longest = Some("ü".repeat(256));
    let metas = [
        meta(Uuid::nil(), i64::MIN, None, None, None),
        meta(
            Uuid::max(),
            i64::MAX,
            longest.clone(),
            longest.clone(),
            longest,
        ),
        meta(
            Uuid::from_u128(1),
            -1,
            Some("a".into()),
            None,
            Some("' %".into()),
        ),
        meta(Uuid::from_u128(2), 0, None, Some("NULL".into()), None),
    ];
    let mut wanted = Vec::new();
    for (version, meta) in (0..).zip(metas) {
        let mut commit = commit(&alice, version, 0);
        commit.digest = [None, Some(i64::MIN), Some(i64::MAX), Some(0)]
            .into_iter()
            .nth(wanted.len())
            .flatten();
        let event = NewEvent {
            name: "Ereignis 'ä'".into(),
            schema: u32::MAX,
            json: "{}".into(),
        };
        commit.events.push(event);
        commit.meta = meta.clone();
        store.write(std::slice::from_ref(&commit)).await;
        let digest = store
            .lookup(&commit)
            .await
            .known
            .and_then(|known| known.digest);
        same("a digest comes back as it was", digest, commit.digest);
        wanted.push(StoredEvent {
            position: version + 1,
            stream: alice.clone(),
            version: version + 1,
            name: "Ereignis 'ä'".into(),
            schema: u32::MAX,
            json: "{}".into(),
            meta,
        });
    }
    same(
        "all of an event comes back as it was",
        store.stream(&alice).await,
        wanted.clone(),
    );
    same(
        "all of an event comes back from the log",
        store.log(0).await,
        wanted,
    );
}

fn meta(
    command_id: Uuid,
    micros: i64,
    correlation: Option<String>,
    causation: Option<String>,
    actor: Option<String>,
) -> Meta {
    let time = Timestamp::from_micros(micros);
    Meta {
        command_id,
        time,
        correlation,
        causation,
        actor,
    }
}

/// Positions beyond 2^31, 2^53 and up to 2^63 - 1 are kept exactly; a log has no more than these.
///
/// # Panics
/// If the store breaks this.
pub async fn positions_may_be_large(harness: &impl Harness) {
    for start in [(1 << 31) - 2, (1 << 32) - 2, (1 << 53) - 2, 1 << 62] {
        let (store, _log) = Subject::starting_after(harness, start).await;
        let alice = stream("alice");
        let first = commit(&alice, 0, 4);
        let batch = [first.clone(), commit(&alice, 4, 0), commit(&alice, 3, 1)];
        let rule = format!("positions after {start} are exact");
        let wanted = vec![
            written(start + 4),
            written(start + 4),
            super::subject::REFUSED,
        ];
        same(&rule, store.append(&batch).await, wanted);
        let found: Vec<_> = store
            .log(start)
            .await
            .iter()
            .map(|event| event.position)
            .collect();
        same(&rule, found, (start + 1..=start + 4).collect());
        let found: Vec<_> = store
            .log(start + 2)
            .await
            .iter()
            .map(|event| event.position)
            .collect();
        same(&rule, found, vec![start + 3, start + 4]);
        let known = store.lookup(&first).await.known.map(|known| known.position);
        same(&rule, known, Some(start + 4));
    }
    let last = i64::MAX.unsigned_abs();
    let (store, _log) = Subject::starting_after(harness, last - 1).await;
    let (alice, refused) = (stream("alice"), commit(&stream("bob"), 0, 2));
    let rule = "a batch that needs positions beyond 2^63 - 1 is an error";
    holds(
        rule,
        store
            .0
            .append(std::slice::from_ref(&refused))
            .await
            .is_err(),
    );
    same(
        "after that nothing is written",
        store.lookup(&refused).await.known,
        None,
    );
    let rule = "the position 2^63 - 1 can be taken";
    same(
        rule,
        store.append(&[commit(&alice, 0, 1)]).await,
        vec![written(last)],
    );
    same("the log ends there", store.log(last).await, vec![]);
    same(
        "there is nothing beyond 2^63",
        store.log(u64::MAX).await,
        vec![],
    );
}
