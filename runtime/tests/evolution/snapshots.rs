//! Snapshots of a state whose parts changed elsewhere.

use std::sync::Arc;

use gesta::prelude::*;
use gesta::store::{MemoryStore, Store};

#[event]
pub struct Measured {
    pub grams: u32,
}

/// The same words each time; only what `Grams` is differs.
macro_rules! scale {
    ($module:ident, $grams:item) => {
        mod $module {
            use gesta::prelude::*;
            use serde::{Deserialize, Serialize};

            $grams

            #[aggregate(snapshot(every = 1))]
            #[derive(Default, Serialize, Deserialize)]
            pub struct Scale {
                pub last: Grams,
                pub times: u32,
            }

            #[aggregate]
            impl Scale {
                #[command(upsert)]
                pub fn measure(&self, grams: u32) -> super::Measured {
                    super::Measured { grams }
                }

                #[apply]
                fn measured(&mut self, event: &super::Measured) {
                    self.last = Grams::from(event.grams);
                    self.times += 1;
                }
            }
        }
    };
}

scale!(before, pub type Grams = u32;);
scale!(today, pub type Grams = f64;);

#[tokio::test]
async fn a_snapshot_is_left_aside_when_a_type_in_the_state_is_another() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let builder = App::builder().store(Arc::clone(&store));
    let app = builder.aggregate::<before::Scale>().start().await.unwrap();
    app.send("one", before::Measure { grams: 5 }).await.unwrap();

    let of_before = app.load::<before::Scale>("one").await.unwrap();
    assert_eq!((of_before.state.last, of_before.state.times), (5, 1));

    // A snapshot of today's code would be taken for the state: with one in its place the difference shows.
    let stream = gesta::store::StreamName::new("Scale", "one").unwrap();
    let kept = store.read_snapshot(&stream).await.unwrap().unwrap();
    assert_eq!(kept.json, r#"{"last":5,"times":1}"#);

    let builder = App::builder().store(Arc::clone(&store));
    let app = builder.aggregate::<today::Scale>().start().await.unwrap();
    app.send("one", today::Measure { grams: 6 }).await.unwrap();
    let after = store.read_snapshot(&stream).await.unwrap().unwrap();
    assert_ne!(after.fingerprint, kept.fingerprint);
    let of_today = app.load::<today::Scale>("one").await.unwrap();
    assert_eq!((of_today.state.last, of_today.state.times), (6.0, 2));
}

/// The same state and the same methods; only what stands for a missing fee differs.
macro_rules! account {
    ($module:ident, $default:literal) => {
        mod $module {
            use gesta::prelude::*;
            use serde::{Deserialize, Serialize};

            #[event(version = 2)]
            pub struct Charged {
                #[since(2, default = $default)]
                pub fee: u32,
            }

            #[aggregate(snapshot(every = 1))]
            #[derive(Default, Serialize, Deserialize)]
            pub struct Ledger {
                pub fees: u32,
            }

            #[aggregate]
            impl Ledger {
                #[command(upsert)]
                pub fn charge(&self, fee: u32) -> Charged {
                    Charged { fee }
                }

                #[apply]
                fn charged(&mut self, event: &Charged) {
                    self.fees += event.fee;
                }
            }
        }
    };
}

account!(ten, 10);
account!(twenty, 20);

#[tokio::test]
async fn a_snapshot_is_left_aside_when_old_events_are_lifted_otherwise() {
    let store = super::aggregates::rows("Ledger", &[("Charged", 1, "null")]).await;
    let store: Arc<dyn Store> = Arc::new(store);
    let builder = App::builder().store(Arc::clone(&store));
    let app = builder.aggregate::<ten::Ledger>().start().await.unwrap();
    app.send("alice", ten::Charge { fee: 1 }).await.unwrap();
    let loaded = app.load::<ten::Ledger>("alice").await.unwrap();
    assert_eq!(loaded.state.fees, 11);

    let builder = App::builder().store(store);
    let app = builder.aggregate::<twenty::Ledger>().start().await.unwrap();
    let loaded = app.load::<twenty::Ledger>("alice").await.unwrap();
    assert_eq!(loaded.state.fees, 21);
    let charge = twenty::Charge { fee: 1 };
    app.send("alice", charge).await.unwrap();
    let loaded = app.load::<twenty::Ledger>("alice").await.unwrap();
    assert_eq!(loaded.state.fees, 22);
}

/// Its code does not stand values that are made up.
#[derive(Debug, Default, serde::Serialize)]
struct Iban(String);

impl<'de> serde::Deserialize<'de> for Iban {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        assert!(text.is_empty() || text.starts_with("DE"), "no IBAN: {text}");
        Ok(Self(text))
    }
}

mod picky {
    use gesta::prelude::*;

    #[aggregate(snapshot(every = 1))]
    #[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
    pub struct Holder {
        iban: super::Iban,
    }

    #[aggregate]
    impl Holder {
        #[command(upsert)]
        pub fn hold(&self, grams: u32) -> super::Measured {
            super::Measured { grams }
        }

        #[apply]
        fn held(&mut self, event: &super::Measured) {
            self.iban.0 = format!("DE{}", event.grams);
        }
    }
}

#[tokio::test]
async fn a_state_that_takes_no_made_up_values_costs_no_command() {
    let builder = App::builder().store("memory:");
    let app = builder.aggregate::<picky::Holder>().start().await.unwrap();
    for grams in 1..=3 {
        app.send("one", picky::Hold { grams }).await.unwrap();
    }
    let loaded = app.load::<picky::Holder>("one").await.unwrap();
    assert_eq!(loaded.version, 3);
}
