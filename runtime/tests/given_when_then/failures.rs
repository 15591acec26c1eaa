//! What a failed test says, word for word.

use std::cell::RefCell;
use std::panic::{UnwindSafe, catch_unwind, set_hook, take_hook};

use gesta::Timestamp;
use gesta::prelude::*;
use uuid::Uuid;

use crate::account::{Account, Open, Withdraw, Withdrawn};
use crate::diary::{Diary, Note, Noted, Reread};
use crate::statement::{self, Statement, Wrong};
use crate::{note, opened, refused};

/// An event whose JSON is read back as another.
const LOST: Noted = Noted {
    text: String::new(),
    page: Uuid::nil(),
    time: Timestamp::from_micros(0),
    diary: String::new(),
    actor: None,
    correlation: None,
    lost: 7,
};

/// What the failing test says. Its last line feed is cut off.
pub(crate) fn message<T>(test: impl FnOnce() -> T + UnwindSafe) -> String {
    let payload = catch_unwind(|| drop(test())).err();
    let message = payload.and_then(|payload| payload.downcast_ref::<String>().cloned());
    message.unwrap_or_default().trim_end().to_owned()
}

#[test]
fn points_at_the_line_of_the_test() {
    thread_local!(static FILES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) });
    let usual = take_hook();
    set_hook(Box::new(move |panic| {
        let file = panic.location().map(|place| place.file().to_owned());
        FILES.with_borrow_mut(|files| files.extend(file));
        usual(panic);
    }));
    let when = || Account::given(opened()).when(Withdraw { cents: 5 });
    message(|| when().then(Withdrawn { cents: 6 }));
    message(|| when().then_nothing());
    message(|| when().rejected(refused(5, 0)));
    message(|| when().rejected_with(|_| ()));
    message(|| when().already_exists());
    message(|| when().not_found());
    message(|| when().when(Withdraw { cents: 200 }).accepted());
    message(|| when().when(Withdraw { cents: 200 }).state(|_| ()));
    message(|| Diary::given(LOST));
    message(|| Diary::given_nothing().and(LOST));
    message(|| Diary::given_nothing().when(note("a")).then(LOST));
    let given = || {
        Statement::given(
            "a",
            statement::AccountOpened {
                owner: "Ann".into(),
            },
        )
    };
    message(|| given().and("", statement::AccountClosed {}));
    message(|| Statement::given("", statement::AccountClosed {}));
    message(|| given().shows("b", Statement::default()));
    message(|| given().shows_nothing("a"));
    message(|| given().shows_keys(["b"]));
    message(|| given().found_by(Statement::OWNER, "Bob", ["a"]));
    message(|| given().fails(1, ""));
    message(|| {
        Wrong::given(
            1,
            statement::Noted {
                text: "lose".into(),
            },
        )
        .shows_nothing("")
    });
    assert_eq!(FILES.take(), vec![file!(); 19]);
}

#[test]
fn of_other_events() {
    let message = message(|| {
        Account::given(opened())
            .when(Withdraw { cents: 70 })
            .then([Withdrawn { cents: 60 }, Withdrawn { cents: 10 }])
    });
    assert_eq!(
        message,
        r#"the command did not do what the test expects

  given:    AccountOpened
  when:     Account.withdraw {"cents":70}
- expected: Withdrawn, Withdrawn
+ actual:   Withdrawn

  Withdrawn v1 {
-   "cents": 60
- }
- Withdrawn v1 {
-   "cents": 10
+   "cents": 70
  }"#
    );
}

#[test]
fn of_a_rejection_instead_of_events() {
    let message = message(|| {
        Account::given((opened(), Withdrawn { cents: 99 }))
            .when(Withdraw { cents: 70 })
            .then(Withdrawn { cents: 70 })
    });
    assert_eq!(
        message,
        r#"the command did not do what the test expects

  given:    AccountOpened, Withdrawn
  when:     Account.withdraw {"cents":70}
- expected: Withdrawn
+ actual:   rejected: 70 cents requested, 1 available

- Withdrawn v1 {
-   "cents": 70
- }
+ Refused {
+     requested: 70,
+     available: 1,
+ }"#
    );
}

#[test]
fn of_events_instead_of_a_rejection() {
    let message = message(|| {
        Account::given(opened())
            .when(Withdraw { cents: 70 })
            .rejected(refused(70, 0))
    });
    assert_eq!(
        message,
        r#"the command did not do what the test expects

  given:    AccountOpened
  when:     Account.withdraw {"cents":70}
- expected: rejected: 70 cents requested, 0 available
+ actual:   Withdrawn

- Refused {
-     requested: 70,
-     available: 0,
- }
+ Withdrawn v1 {
+   "cents": 70
+ }"#
    );
}

#[test]
fn of_another_rejection() {
    let message = message(|| {
        Account::given(opened())
            .when(Withdraw { cents: 101 })
            .rejected(refused(101, 0))
    });
    assert_eq!(
        message,
        r#"the command did not do what the test expects

  given:    AccountOpened
  when:     Account.withdraw {"cents":101}
- expected: rejected: 101 cents requested, 0 available
+ actual:   rejected: 101 cents requested, 100 available

  Refused {
      requested: 101,
-     available: 0,
+     available: 100,
  }"#
    );
}

#[test]
fn of_an_aggregate_that_exists_or_does_not() {
    let open = || Open {
        owner: "Bob".into(),
    };
    let exists = message(|| Account::given(opened()).when(open()).not_found());
    assert_eq!(
        exists,
        r#"the command did not do what the test expects

  given:    AccountOpened
  when:     Account.open {"owner":"Bob"}
- expected: NotFound: the command does not create, and nothing was given
+ actual:   AlreadyExists: the command creates, and something was given"#
    );
    let missing = message(|| {
        Account::given_nothing()
            .when(Withdraw { cents: 1 })
            .already_exists()
    });
    assert_eq!(
        missing,
        r#"the command did not do what the test expects

  given:    no events
  when:     Account.withdraw {"cents":1}
- expected: AlreadyExists: the command creates, and something was given
+ actual:   NotFound: the command does not create, and nothing was given"#
    );
}

#[test]
fn of_an_event_where_none_was_expected() {
    let message = message(|| {
        Account::given(opened())
            .when(Withdraw { cents: 5 })
            .then_nothing()
    });
    assert_eq!(
        message,
        r#"the command did not do what the test expects

  given:    AccountOpened
  when:     Account.withdraw {"cents":5}
- expected: no events
+ actual:   Withdrawn

+ Withdrawn v1 {
+   "cents": 5
+ }"#
    );
}

#[test]
fn of_a_refused_command_before_the_last() {
    let message = message(|| {
        Account::given(opened())
            .when(Withdraw { cents: 101 })
            .when(Withdraw { cents: 1 })
            .accepted()
    });
    assert_eq!(
        message,
        r#"the command did not do what the test expects

  given:    AccountOpened
  when:     Account.withdraw {"cents":101}
- expected: accepted
+ actual:   rejected: 101 cents requested, 100 available

+ Refused {
+     requested: 101,
+     available: 100,
+ }"#
    );
}

#[test]
fn of_an_event_that_does_not_survive_its_storage() {
    let message = message(|| Diary::given(LOST));
    assert_eq!(
        message,
        r#"the event `Noted` does not survive its storage

  Noted v3 {
    "actor": null,
    "correlation": null,
    "diary": "",
-   "lost": 7,
+   "lost": 0,
    "page": "00000000-0000-0000-0000-000000000000",
    "text": "",
    "time": 0
  }"#
    );
}

#[test]
fn of_a_command_that_does_not_survive_its_storage() {
    let message = message(|| {
        Diary::given(Noted::default())
            .when(Reread {})
            .when(note("dawn"))
            .when(Note {
                text: "dusk".into(),
                lost: 1,
            })
            .accepted()
    });
    assert_eq!(
        message,
        r#"the command `Diary.note` does not survive its storage

- {"text":"dusk","lost":1}
+ {"text":"dusk","lost":0}"#
    );
}

#[test]
fn of_an_id_that_no_store_keeps() {
    let message = message(|| Account::given(opened()).id("").when(Withdraw { cents: 1 }));
    assert_eq!(message, "the id cannot be stored: it is empty");
}

/// A state whose JSON would need keys that are no text.
mod board {
    use std::collections::BTreeMap;

    use gesta::prelude::*;

    #[event]
    pub struct StonePlaced {
        pub x: u32,
        pub y: u32,
    }

    #[aggregate(snapshot(every = 10))]
    #[derive(Default, serde::Serialize, serde::Deserialize)]
    pub struct Board {
        stones: BTreeMap<(u32, u32), ()>,
    }

    #[aggregate]
    impl Board {
        #[apply]
        fn placed(&mut self, event: &StonePlaced) {
            self.stones.insert((event.x, event.y), ());
        }
    }
}

#[test]
fn of_a_state_that_no_snapshot_keeps() {
    let message = message(|| board::Board::given(board::StonePlaced { x: 1, y: 2 }));
    let expected = "the state of `Board` does not survive a snapshot: key must be a string";
    assert_eq!(message, expected);
}
