//! Private events, private commands, inside a function too.

use gesta::prelude::*;

#[test]
fn an_aggregate_can_stand_in_a_function() {
    use gesta::Command;

    #[event]
    struct Opened {}

    #[aggregate]
    #[derive(Default)]
    struct Door;

    #[aggregate]
    impl Door {
        #[command(create)]
        fn open(&self) -> Opened {
            Opened {}
        }

        #[apply]
        fn opened(&mut self, Opened {}: &Opened) {}
    }

    #[projection(of(Door))]
    struct Shown {
        #[index]
        times: u64,
    }

    #[projection]
    impl Shown {
        #[on]
        fn opened(&mut self, Opened {}: &Opened) {
            self.times += 1;
        }
    }

    let _ = Shown::TIMES;
    assert_eq!(Open::NAME, "Door.open");
    assert_eq!(serde_json::to_string(&Open).unwrap(), "null");
    assert!(serde_json::from_str::<Open>("null").is_ok());
}
