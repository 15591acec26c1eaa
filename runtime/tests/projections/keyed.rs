//! Methods that learn the key of the document they fold into.

use gesta::prelude::*;
use gesta::{
    App, Document, DocumentHandler, Keys, Kind, On, OnError, Projection, ProjectionRoot,
    Subscriber, Subscriptions,
};
use serde::{Deserialize, Serialize};

use crate::account::AccountOpened;
use crate::stores::on_each_store;
use crate::transfer::{Book, Transfer, Transferred};

/// What is left on an account, by the one event that both sides of a transfer have.
#[projection(of(Transfer))]
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Purse {
    cents: i64,
    positions: Vec<u64>,
}

#[projection]
impl Purse {
    #[on(keys = [event.from, event.to])]
    fn transferred(&mut self, event: &Transferred, key: &str, recorded: &Recorded) {
        let cents = event.cents.cast_signed();
        self.cents += if key == event.to { cents } else { -cents };
        self.positions.push(recorded.position);
    }
}

/// The same, in the transaction of the command, and with the parameters in the other order.
#[projection(of(Transfer), inline)]
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct InlinePurse {
    cents: i64,
    positions: Vec<u64>,
}

#[projection]
impl InlinePurse {
    #[on(keys = [event.from, event.to])]
    fn transferred(&mut self, event: &Transferred, recorded: &Recorded, key: &str) {
        let cents = event.cents.cast_signed();
        self.cents += if key == event.to { cents } else { -cents };
        self.positions.push(recorded.position);
    }
}

/// Whose stream it is.
#[projection(of(Transfer), live)]
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    number: String,
}

#[projection]
impl Receipt {
    #[on]
    fn transferred(&mut self, _: &Transferred, key: &str) {
        key.clone_into(&mut self.number);
    }
}

/// Written by hand, with keys of an event that it does not take.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Mistaken {}

impl Subscriber for Mistaken {
    type Handler = DocumentHandler<Self>;
}

impl ProjectionRoot for Mistaken {
    const NAME: &'static str = "Mistaken";
    const ON_ERROR: OnError = OnError::Park;
    fn subscribe(to: &mut Subscriptions<Self>) {
        to.event::<Transferred>();
    }
    fn kind() -> Kind<Self> {
        Kind::documents()
    }
}

impl Projection for Mistaken {}

impl Document for Mistaken {}

impl On<Transferred> for Mistaken {
    fn handler() -> DocumentHandler<Self> {
        DocumentHandler::fold(|_: &mut Self, _: &Transferred, _, _| ())
            .keyed(|event: &AccountOpened, _| Keys::one(&event.owner))
    }
}

#[test]
fn keys_of_another_event_are_an_error() {
    let transferred = Transferred {
        from: "alice".to_owned(),
        to: "bob".to_owned(),
        cents: 5,
    };
    Mistaken::given::<Transfer>("1", transferred)
        .fails(1, "its key: the keys are of another event");
}

fn book(from: &str, to: &str, cents: u64) -> Book {
    Book {
        from: from.to_owned(),
        to: to.to_owned(),
        cents,
    }
}

#[tokio::test]
async fn one_event_debits_one_document_and_credits_another() {
    on_each_store(async |store| {
        let app = App::builder().store(store).aggregate::<Transfer>();
        let app = app.projection::<Purse>().projection::<InlinePurse>();
        let app = app.start().await.unwrap();
        app.send("1", book("alice", "bob", 30)).await.unwrap();
        let last = app.send("2", book("bob", "alice", 10));
        assert!(last.wait_for::<Purse>().await.unwrap().visible);
        for (key, cents) in [("alice", -20), ("bob", 20)] {
            let positions = vec![1, 2];
            let purse = app.view::<Purse>(key).await.unwrap().unwrap();
            assert_eq!((purse.cents, &purse.positions), (cents, &positions));
            let purse = app.view::<InlinePurse>(key).await.unwrap().unwrap();
            assert_eq!((purse.cents, &purse.positions), (cents, &positions));
        }
        app.shutdown().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_key_of_a_live_document_is_the_id_of_its_aggregate() {
    on_each_store(async |store| {
        let app = App::builder().store(store).aggregate::<Transfer>();
        let app = app.start().await.unwrap();
        app.send("7", book("alice", "bob", 30)).await.unwrap();
        let receipt = app.view::<Receipt>("7").await.unwrap().unwrap();
        assert_eq!(receipt.number, "7");
        app.shutdown().await.unwrap();
    })
    .await;
}

#[test]
fn a_test_folds_into_both_documents_too() {
    let transferred = |from: &str, to: &str| Transferred {
        from: from.to_owned(),
        to: to.to_owned(),
        cents: 5,
    };
    let purse = |cents, positions: &[u64]| Purse {
        cents,
        positions: positions.to_vec(),
    };
    Purse::given::<Transfer>("1", transferred("alice", "bob"))
        .and::<Transfer>("2", transferred("carol", "carol"))
        .shows("alice", purse(-5, &[1]))
        .shows("bob", purse(5, &[1]))
        .shows("carol", purse(5, &[2]));
}
