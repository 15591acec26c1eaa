//! A `macro_rules!` writes the aggregate, with names and types that its caller passes.

use gesta::prelude::*;

macro_rules! counter {
    ($name:ident, $event:ident, $command:ident, $field:ident: $ty:ty, $returns:ty) => {
        #[event]
        pub struct $event {
            pub $field: $ty,
        }

        #[aggregate]
        #[derive(Default)]
        pub struct $name {
            total: $ty,
        }

        #[aggregate]
        impl $name {
            #[command(upsert)]
            fn $command(&self, $field: $ty, other: u8) -> $returns {
                let _ = other;
                [$event { $field }].into()
            }

            #[apply]
            fn applied(&mut self, event: &$event) {
                self.total += event.$field;
            }
        }
    };
}

counter!(Counter, Counted, count, by: u64, Vec<Counted>);

macro_rules! view {
    ($name:ident of $aggregate:ident, $event:ty, $method:ident $(as $key:expr)?) => {
        #[projection(of($aggregate))]
        struct $name {
            #[index]
            total: u64,
        }

        #[projection]
        impl $name {
            #[on($(key = $key)?)]
            fn $method(&mut self, event: &$event) {
                self.total += event.by;
            }
        }
    };
}

view!(Total of Counter, Counted, add);
view!(Other of Counter, Counted, add as "all".to_owned() + "of them");

macro_rules! saga {
    ($name:ident, $event:ty, $step:ident, $undo:ident, $call:ty, $make:expr, $time:literal as $id:expr) => {
        #[saga]
        struct $name {
            made: u64,
        }

        #[saga]
        impl $name {
            #[start(correlate = $id)]
            fn start(event: &$event) -> Self {
                Self { made: event.by }
            }

            #[step(undo = $undo, timeout = $time)]
            fn $step(&self) -> $call {
                let _ = self.made;
                $make
            }

            #[step(after = [$step])]
            fn second(&self) -> $call {
                $make
            }

            #[undo]
            fn $undo(&self) -> $call {
                $make
            }
        }
    };
}

saga!(CountOn, Counted, first, back, Call<Count>, Count { by: 1, other: 2 }.to("a"), "30s" as "all".to_owned() + "of them");

mod of_types {
    use super::*;

    macro_rules! with_types {
        ($event:ty, $this:ty) => {
            #[aggregate]
            impl $this {
                #[command]
                pub fn tick(&self) -> $event {
                    Default::default()
                }

                #[apply]
                fn ticked(&mut self, _: &$event) {}
            }
        };
    }

    #[event]
    #[derive(Default)]
    pub struct Ticked {}

    #[aggregate]
    #[derive(Default)]
    pub struct Clock;

    with_types!(Ticked, Clock);
}

#[test]
fn what_a_macro_wrote_runs_like_all_else() {
    use gesta::{Aggregate, Command};

    assert_eq!(Count::NAME, "Counter.count");
    let mut counter = Counter::default();
    Aggregate::apply(&mut counter, &Counted { by: 3 }.into());
    assert_eq!(counter.total, 3);
    let command: Count = serde_json::from_str(r#"{"by":1,"other":2}"#).unwrap();
    assert_eq!(command.by, 1);
    assert_eq!(of_types::Tick::NAME, "Clock.tick");
    let _: (gesta::Index<Total, u64>, gesta::Index<Other, u64>) = (Total::TOTAL, Other::TOTAL);
}
