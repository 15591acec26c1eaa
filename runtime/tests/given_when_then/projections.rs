//! What passes of projections, and what a failure says.

use std::time::Duration;

use gesta::Timestamp;
use gesta::prelude::*;

use crate::failures::message;
use crate::statement::{
    Account, AccountClosed, AccountOpened, Deposited, LastNote, Noted, Statement, Wrong,
};

fn opened(owner: &str) -> AccountOpened {
    AccountOpened {
        owner: owner.into(),
    }
}

fn statement(owner: &str, balance: u64) -> Statement {
    Statement {
        owner: owner.into(),
        balance,
    }
}

fn noted(text: &str) -> Noted {
    Noted { text: text.into() }
}

/// What the test says of notes that make handlers do something wrong.
fn wrong<const N: usize>(texts: [&'static str; N]) -> String {
    message(move || Wrong::given(1, texts.map(noted)).shows_nothing("other"))
}

#[test]
fn events_are_folded_into_documents() {
    Statement::given("alice", (opened("Alice"), Deposited { cents: 500 }))
        .and("bob", opened("Bob"))
        .and("alice", [Deposited { cents: 7 }])
        .shows("alice", statement("Alice", 507))
        .shows("bob", statement("Bob", 0))
        .shows_nothing("carol")
        .shows_keys(["bob", "alice"]);
}

#[test]
fn events_may_follow_assertions() {
    Statement::given("alice", opened("Alice"))
        .shows("alice", statement("Alice", 0))
        .and("alice", Deposited { cents: 1 })
        .shows("alice", statement("Alice", 1))
        .and("alice", AccountClosed {})
        .shows_nothing("alice")
        .shows_keys([""; 0]);
}

#[test]
fn the_aggregate_can_be_written() {
    Statement::given::<Account>("alice", vec![opened("Alice")]).shows_keys(["alice"]);
}

#[test]
fn nothing_shows_nothing() {
    Statement::given_nothing()
        .shows_nothing("alice")
        .shows_keys([""; 0]);
}

#[test]
fn documents_are_found_by_an_index() {
    Statement::given("1", opened("Alice"))
        .and("2", opened("Bob"))
        .and("3", opened("Alice"))
        .found_by(Statement::OWNER, "Alice", ["3", "1"])
        .and("3", opened("Carol"))
        .found_by(Statement::OWNER, "Alice", ["1"])
        .found_by(Statement::OWNER, "Carol", ["3"]);
}

#[test]
fn an_event_is_not_taken() {
    Statement::given("alice", opened("Alice"))
        .and("alice", [Deposited { cents: 0 }, Deposited { cents: 5 }])
        .fails(2, "nothing was deposited")
        .shows("alice", statement("Alice", 0))
        .and("alice", Deposited { cents: 3 })
        .shows("alice", statement("Alice", 3))
        .and("alice", Deposited { cents: 13 })
        .fails(3, "the code panicked: no luck");
}

#[test]
fn place_time_and_people_are_the_tests_own() {
    let last = |text: &str, position, version, time| LastNote {
        text: text.into(),
        diary: "7".into(),
        position,
        version,
        time: Some(Timestamp::from_micros(time)),
        actor: (position > 1).then(|| "ann".into()),
        correlation: (position > 1).then(|| "trip".into()),
    };
    LastNote::given(7, noted("dawn"))
        .shows("last", last("dawn", 1, 1, 946_684_800_000_000))
        .at(Timestamp::from_micros(1_000))
        .after(Duration::from_micros(5))
        .actor("ann")
        .correlation("trip")
        .and(8, noted("noon"))
        .and(7, noted("dusk"))
        .shows("last", last("dusk", 3, 2, 1_005));
}

#[test]
fn the_order_of_an_objects_fields_means_nothing() {
    Wrong::given(1, noted("harmless")).shows_keys(["key"]);
}

#[test]
fn another_document_is_shown() {
    let message = message(|| {
        Statement::given("alice", (opened("Alice"), Deposited { cents: 5 }))
            .and("bob", opened("Bob"))
            .and(1.to_string(), opened("One"))
            .shows("alice", statement("Alice", 6))
    });
    assert_eq!(
        message,
        r#"the projection did not do what the test expects

  given:    Account/alice: 1 AccountOpened, 2 Deposited
            Account/bob: 3 AccountOpened
            Account/1: 4 AccountOpened
  key:      alice
- expected: Statement
+ actual:   Statement

  {
-   "balance": 6,
+   "balance": 5,
    "owner": "Alice"
  }"#
    );
}

#[test]
fn a_document_is_there_or_not() {
    let missing = message(|| Statement::given_nothing().shows("alice", statement("Alice", 6)));
    assert_eq!(
        missing,
        r#"the projection did not do what the test expects

  given:    no events
  key:      alice
- expected: Statement
+ actual:   no document

- {
-   "balance": 6,
-   "owner": "Alice"
- }"#
    );
    let there = message(|| Statement::given("alice", opened("Alice")).shows_nothing("alice"));
    assert_eq!(
        there,
        r#"the projection did not do what the test expects

  given:    Account/alice: 1 AccountOpened
  key:      alice
- expected: no document
+ actual:   Statement

+ {
+   "balance": 0,
+   "owner": "Alice"
+ }"#
    );
}

#[test]
fn other_keys_are_shown() {
    let shown = || Statement::given("alice", opened("Alice")).and("bob", opened("Alice"));
    let message_of_all = message(|| shown().shows_keys(["bob", "carol", "dora"]));
    assert_eq!(
        message_of_all,
        r#"the projection did not do what the test expects

  given:    Account/alice: 1 AccountOpened
            Account/bob: 2 AccountOpened
- expected: 3 documents
+ actual:   2 documents

+ alice
  bob
- carol
- dora"#
    );
    let found = message(|| shown().found_by(Statement::OWNER, "Alice", ["alice"]));
    assert_eq!(
        found,
        r#"the projection did not do what the test expects

  given:    Account/alice: 1 AccountOpened
            Account/bob: 2 AccountOpened
  index:    owner
- expected: 1 document
+ actual:   2 documents

  alice
+ bob"#
    );
}

#[test]
fn it_fails_or_not() {
    let given = || Statement::given("alice", (opened("Alice"), Deposited { cents: 0 }));
    let fails = message(|| given().shows("alice", statement("Alice", 0)));
    assert_eq!(
        fails,
        r#"the projection did not do what the test expects

  given:    Account/alice: 1 AccountOpened, 2 Deposited
  key:      alice
- expected: Statement
+ actual:   fails at 2: nothing was deposited

- {
-   "balance": 0,
-   "owner": "Alice"
- }"#
    );
    let elsewhere = message(|| given().fails(1, "nothing was deposited"));
    assert_eq!(
        elsewhere,
        r#"the projection did not do what the test expects

  given:    Account/alice: 1 AccountOpened, 2 Deposited
- expected: fails at 1: nothing was deposited
+ actual:   fails at 2: nothing was deposited"#
    );
    let takes_all = message(|| Statement::given("alice", opened("Alice")).fails(1, "no"));
    assert_eq!(
        takes_all,
        r#"the projection did not do what the test expects

  given:    Account/alice: 1 AccountOpened
- expected: fails at 1: no
+ actual:   takes all events"#
    );
    assert!(message(|| given().shows_keys(["alice"])).contains("+ actual:   fails at 2: "));
    let found = || given().found_by(Statement::OWNER, "Alice", ["alice"]);
    assert!(message(found).contains("+ actual:   fails at 2: "));
}

#[test]
fn a_handler_that_counts_is_seen() {
    assert_eq!(
        wrong(["count"]),
        r#"the same events do not always give the same documents: a handler depends on a clock, on chance, on the order of a `HashMap`, or on something that it changes itself

  given:    Diary/1: 1 Noted
  key:      key
- once:     Wrong
+ again:    Wrong

  {
    "harmless": {},
    "lost": 0,
    "number": 0.0,
-   "shown": "count 1"
+   "shown": "count 2"
  }"#
    );
}

#[test]
fn an_order_that_is_up_to_chance_is_seen() {
    let message = wrong(["order"]);
    assert!(message.starts_with("the same events do not always give the same documents"));
}

#[test]
fn a_handler_that_depends_on_what_is_not_stored_is_seen() {
    assert_eq!(
        wrong(["", "skip"]),
        r#"a restart changes the documents: a handler depends on something that is not stored with its document, such as a field that serde skips, or events that it remembers

  given:    Diary/1: 1 Noted, 2 Noted
  key:      key
- kept:     Wrong
+ reloaded: Wrong

  {
    "harmless": {},
    "lost": 0,
    "number": 0.0,
-   "shown": "seen 2"
+   "shown": "seen 1"
  }"#
    );
}

#[test]
fn a_handler_that_leaves_out_what_comes_again_is_seen() {
    let message = wrong(["once: a", "once: b"]);
    assert!(message.starts_with("a restart changes the documents"));
    assert!(message.ends_with("-   \"shown\": \"once: aonce: b\"\n+   \"shown\": \"\"\n  }"));
}

#[test]
fn a_handler_that_depends_on_what_came_with_its_event_is_seen() {
    assert_eq!(
        wrong(["beside", ""]),
        r#"events that are folded in one batch give other documents: a handler or a key depends on something that is not in the document

  given:    Diary/1: 1 Noted, 2 Noted
  key:      key
- singly:   Wrong
+ together: Wrong

  {
    "harmless": {},
    "lost": 0,
    "number": 0.0,
-   "shown": "event 6"
+   "shown": "event 0"
  }"#
    );
}

#[test]
fn a_document_that_does_not_survive_its_storage_is_seen() {
    assert_eq!(
        wrong(["lose"]),
        r#"a document does not survive its storage

  given:    Diary/1: 1 Noted
  key:      key
- stored:   Wrong
+ reloaded: Wrong

  {
    "harmless": {},
-   "lost": 7,
+   "lost": 0,
    "number": 0.0,
    "shown": ""
  }"#
    );
    let nan = wrong(["nan"]);
    assert!(nan.contains("+ reloaded: does not decode: invalid type: null, expected f64"));
}

#[test]
fn an_id_that_no_store_keeps_is_refused() {
    let message = message(|| Statement::given("", opened("Alice")));
    assert_eq!(message, "the id cannot be stored: it is empty");
}
