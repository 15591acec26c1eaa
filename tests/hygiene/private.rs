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

    assert_eq!(Open::NAME, "Door.open");
    assert_eq!(serde_json::to_string(&Open).unwrap(), "null");
    assert!(serde_json::from_str::<Open>("null").is_ok());
}
