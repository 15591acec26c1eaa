#![deny(warnings)]

use gesta::prelude::*;
use gesta::{AnyCall, SagaRoot};

#[event]
pub struct OrderPlaced {
    pub order_id: String,
    pub cents: u64,
}

#[event]
pub struct OrderImported {
    pub order_id: u64,
    pub cents: Option<u64>,
}

#[event]
pub struct Paid {
    pub order: u64,
}

#[event]
pub struct Signed {}

mod shop {
    use gesta::prelude::*;

    #[event]
    pub struct Shipped {
        pub(super) order_id: String,
    }
}

#[event]
pub struct Complained {}

#[event]
pub struct Cancelled {}

#[event]
pub struct Done {}

#[aggregate]
#[derive(Default)]
pub struct Thing;

#[aggregate]
impl Thing {
    #[command]
    fn act(&self, what: u64) -> Done {
        let _ = what;
        Done {}
    }

    #[command(upsert)]
    fn other(&self) -> Done {
        Done {}
    }

    #[apply]
    fn done(&mut self, _: &Done) {}
}

#[saga(name = "orders.fulfil", version = 3, crate = gesta)]
#[derive(Clone, PartialEq)]
struct Fulfil {
    order: String,
    cents: u64,
    r#type: u8,
}

#[derive(serde::Serialize, serde::Deserialize)]
pub struct Receipt(String);

fn key(text: &str) -> &str {
    text
}

#[saga(crate = gesta)]
impl Fulfil {
    #[start(correlate = event.order_id)]
    fn placed(event: &OrderPlaced, recorded: &Recorded) -> Result<Self, std::num::TryFromIntError> {
        Ok(Self {
            order: event.order_id.clone(),
            cents: event.cents,
            r#type: u8::try_from(recorded.version)?,
        })
    }

    #[start(correlate = format!("{order_id}-{}", recorded.version))]
    fn imported(
        recorded: &Recorded,
        OrderImported { order_id, cents }: &OrderImported,
    ) -> Option<Self> {
        let _ = recorded;
        let order = order_id.to_string();
        cents.map(|cents| Self {
            order,
            cents,
            r#type: 0,
        })
    }

    #[step(undo = r#return, timeout = "500ms", on_timeout = late)]
    fn reserve(&self, ctx: &SagaContext) -> Option<Call<Act>> {
        let what = u64::from(ctx.attempt());
        (self.cents > 0).then(|| Act { what }.to(&self.order))
    }

    #[step(after = [], was = ["approve", "agree"], undo = r#move, retry(times = 2))]
    fn r#match(&self) -> Result<Option<Call<Act>>, gesta::NoResult> {
        Ok(None)
    }

    #[step(effect, after = [reserve, r#match], pivot, retry(times = 3, backoff = "1m"))]
    async fn charge(&self, ctx: &EffectContext) -> Result<Receipt, gesta::NoSuchResource> {
        let prefix: &String = ctx.resource()?;
        std::future::ready(()).await;
        Ok(Receipt(format!("{prefix}{}", self.order)))
    }

    #[step(effect, after = [charge])]
    async fn archive(&self) -> Result<(), std::io::Error> {
        Ok(())
    }

    #[step(awaits = shop::Shipped, correlate = key(&shipped.order_id), after = [charge], timeout = "2d", on_timeout = late)]
    fn shipped(&mut self, shipped: &shop::Shipped) -> Result<(), std::fmt::Error> {
        self.order.clone_from(&shipped.order_id);
        Ok(())
    }

    #[step(awaits = Paid, correlate = event.order, after = any_of(archive, shipped))]
    fn paid(&mut self, _: &Paid, recorded: &Recorded) {
        self.cents = recorded.version;
    }

    #[step(awaits = Signed, after = count(2, archive, shipped, paid))]
    fn signed(&self, _signed: &Signed) {}

    #[undo]
    async fn r#move(&self, ctx: &EffectContext) -> Result<Receipt, gesta::NoSuchResource> {
        let prefix: &String = ctx.resource()?;
        let key = ctx.saga().effect_key("match");
        Ok(Receipt(format!("{prefix}{key}")))
    }

    #[undo]
    fn r#return(&self) -> Call<Other> {
        Other {}.to(&self.order)
    }

    fn late(&self, ctx: &SagaContext) -> Call<Act> {
        Act { what: self.cents }.to(ctx.id())
    }

    #[on(correlate = recorded.stream.id())]
    fn complained(
        &mut self,
        _: &Complained,
        ctx: &SagaContext,
    ) -> (Call<Act>, Vec<Call<Act>>, Option<Call<Other>>) {
        self.cents = 0;
        let call = || Act { what: 1 }.to(ctx.id());
        (call(), vec![call()], None)
    }

    #[on]
    fn cancelled(&mut self, _: &Cancelled) -> Result<End, std::fmt::Error> {
        Ok(End)
    }

    #[on]
    #[cfg(any())]
    fn never_there(&mut self, _: &NoSuchEvent) {}

    #[completed]
    fn finish(&self) -> Option<Call<Act>> {
        let _ = self.helper();
        None
    }

    #[failed]
    fn give_up(&self) -> Call<Other> {
        Other {}.to(&self.order)
    }

    fn helper(&self) -> Vec<AnyCall> {
        vec![]
    }
}

#[saga]
struct Greeting {}

#[saga]
impl Greeting {
    #[on]
    fn placed(event: &OrderPlaced, _: &Recorded) -> [Call<Other>; 1] {
        [Other {}.to(&event.order_id)]
    }

    #[on(correlate = event.order_id)]
    fn imported(event: &OrderImported) -> Result<Call<Other>, std::fmt::Error> {
        Ok(Other {}.to(event.order_id.to_string()))
    }
}

#[saga]
struct Watched(u64);

#[saga]
impl Watched {
    #[start]
    fn placed(event: &OrderPlaced) -> Self {
        Self(event.cents)
    }

    #[on]
    fn paid(&mut self, _: &Paid) {
        self.0 += 1;
    }
}

fn main() {
    assert_eq!((Fulfil::NAME, Fulfil::VERSION), ("orders.fulfil", 3));
    let _ = (Greeting::graph(), Watched::graph());
}
