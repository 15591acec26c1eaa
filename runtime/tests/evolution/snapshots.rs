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
