use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gesta::prelude::*;
use gesta::testing::VirtualClock;
use gesta::{HandlerError, SagaStatus, Timestamp};

#[event]
pub struct TripRequested {
    pub card: String,
    pub cents: u64,
}

#[event]
pub struct TripConfirmed {}

#[event]
pub struct TripCancelled {
    pub why: String,
}

#[derive(Debug, thiserror::Error)]
#[error("no seats are left")]
pub struct Full;

#[aggregate(error = Full)]
#[derive(Debug, Default)]
pub struct Trip {
    cents: u64,
    cancelled: Option<String>,
}

#[aggregate]
impl Trip {
    #[command(create, name = RequestTrip)]
    pub fn request(&self, card: String, cents: u64) -> TripRequested {
        TripRequested { card, cents }
    }

    #[command(name = ConfirmTrip)]
    pub fn confirm(&self) -> Result<TripConfirmed, Full> {
        match self.cents {
            FULL => Err(Full),
            _ => Ok(TripConfirmed {}),
        }
    }

    #[command(name = CancelTrip)]
    pub fn cancel(&self, why: String) -> TripCancelled {
        TripCancelled { why }
    }

    #[apply]
    fn requested(&mut self, event: &TripRequested) {
        self.cents = event.cents;
    }

    #[apply]
    fn confirmed(&mut self, _: &TripConfirmed) {}

    #[apply]
    fn cancelled(&mut self, event: &TripCancelled) {
        self.cancelled = Some(event.why.clone());
    }
}

/// What a trip costs that has no seats left.
const FULL: u64 = 13;
/// What is on no card.
const MUCH: u64 = 1_000_000;

/// A payment service. Each key is charged once, and what is refunded before it is charged never is.
#[derive(Clone, Default)]
pub struct Cards {
    charged: Arc<Mutex<BTreeMap<Uuid, Option<u64>>>>,
    asked: Arc<Mutex<Vec<Uuid>>>,
}

impl Cards {
    async fn charge(&self, key: Uuid, card: &str, cents: u64) -> Result<String, HandlerError> {
        self.asked.lock().unwrap().push(key);
        if cents == MUCH {
            // The service is not there.
            std::future::pending::<()>().await;
        }
        let mut charged = self.charged.lock().unwrap();
        charged.entry(key).or_insert(Some(cents));
        Ok(format!("{card}-{cents}"))
    }

    async fn refund(&self, _key: Uuid, charge: Uuid) -> Result<(), HandlerError> {
        self.charged.lock().unwrap().insert(charge, None);
        Ok(())
    }
}

// ANCHOR: saga
#[saga]
pub struct BookTrip {
    card: String,
    cents: u64,
}

#[saga]
impl BookTrip {
    #[start]
    fn start(event: &TripRequested) -> Self {
        Self {
            card: event.card.clone(),
            cents: event.cents,
        }
    }

    #[step(effect, undo = refund, timeout = "10s")]
    async fn charge(&self, ctx: &EffectContext) -> Result<String, HandlerError> {
        let cards = ctx.resource::<Cards>()?;
        let key = ctx.idempotency_key();
        cards.charge(key, &self.card, self.cents).await
    }

    #[step]
    fn confirm(&self, ctx: &SagaContext) -> Call<ConfirmTrip> {
        ConfirmTrip {}.to(ctx.id())
    }

    #[undo]
    async fn refund(&self, ctx: &EffectContext) -> Result<(), HandlerError> {
        let cards = ctx.resource::<Cards>()?;
        // Not by the receipt: where the time was up there is none.
        let charge = ctx.saga().effect_key("charge");
        cards.refund(ctx.idempotency_key(), charge).await
    }

    #[failed]
    fn cancel(&self, ctx: &SagaContext, failure: &Failure) -> Call<CancelTrip> {
        let why = failure.to_string();
        CancelTrip { why }.to(ctx.id())
    }
}
// ANCHOR_END: saga

type Done = Result<(), Box<dyn std::error::Error>>;

async fn trips(cards: &Cards, clock: &VirtualClock) -> Result<App, gesta::StartError> {
    let cards = cards.clone();
    let builder = App::builder().clock(clock.clone());
    // ANCHOR: register
    let trips = builder
        .store("memory:")
        .aggregate::<Trip>()
        .saga::<BookTrip>()
        .resource(cards)
        .start()
        .await?;
    // ANCHOR_END: register
    Ok(trips)
}

fn request(cents: u64) -> RequestTrip {
    let card = "ann".to_owned();
    RequestTrip { card, cents }
}

async fn end_of(trips: &App, id: &str) -> Result<SagaStatus, gesta::SagaError> {
    let saga = trips.saga::<BookTrip>(id);
    Ok(saga.ended(Duration::from_secs(20)).await?.status)
}

#[tokio::test]
async fn a_card_is_charged_or_has_its_money_back() -> Done {
    let (cards, clock) = (
        Cards::default(),
        VirtualClock::at(Timestamp::from_micros(0)),
    );
    let trips = trips(&cards, &clock).await?;
    trips.send("t-1", request(500)).await?;
    assert_eq!(end_of(&trips, "t-1").await?, SagaStatus::Completed);
    trips.send("t-2", request(FULL)).await?;
    assert_eq!(end_of(&trips, "t-2").await?, SagaStatus::Compensated);
    trips.send("t-3", request(MUCH)).await?;
    while cards.asked.lock().unwrap().len() < 3 {
        tokio::task::yield_now().await;
    }
    clock.advance(Duration::from_secs(10));
    assert_eq!(end_of(&trips, "t-3").await?, SagaStatus::Compensated);
    let why = trips.load::<Trip>("t-3").await?.state.cancelled;
    assert_eq!(why.as_deref(), Some("charge: it took too long"));
    let asked = cards.asked.lock().unwrap().clone();
    let charged = cards.charged.lock().unwrap().clone();
    let charged: Vec<_> = asked.iter().map(|key| charged[key]).collect();
    assert_eq!(charged, [Some(500), None, None]);
    Ok(trips.shutdown().await?)
}

#[test]
fn what_took_too_long_is_undone() {
    // ANCHOR: given
    let (card, cents) = ("ann".to_owned(), 500);
    let why = "charge: it took too long".to_owned();
    BookTrip::given("t-1", TripRequested { card, cents })
        .waits_for(["charge"])
        .after("10s")
        .waits_for(["refund"])
        .fails("refund", "no answer")
        .after("200ms")
        .accepted("refund")
        .sends(CancelTrip { why }.to("t-1"));
    // ANCHOR_END: given
}
