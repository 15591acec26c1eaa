//! Opens `fixture.db` as version 1 left it, and writes what version 2 of the program has to say. It refuses any other file.

use std::error::Error;
use std::time::Duration;

use evolution::print_run::Print;
use evolution::subscription::{Deliver, Gift, Pause, Relocate, Remind, Start, Subscription};
use gesta::testing::{SequentialIds, VirtualClock};
use gesta::{AggregateRoot, App, Command, Ids, IntoId};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixture.db");

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let clock = VirtualClock::at("2001-01-01T00:00:00Z".parse()?);
    let ids = SequentialIds::default();
    // The version before has used the first of them.
    while ids.next() != SequentialIds::nth(1_000) {}
    let store = format!("sqlite:{FILE}");
    let app = evolution::open(&store, clock.clone(), ids).await?;
    if app.load::<Subscription>("ada").await?.version != 6 {
        return Err("version 2 has written already".into());
    }
    let writer = Writer { app, clock };
    writer.ada().await?;
    writer.bob_and_cyd().await?;
    writer.dan().await?;
    writer.send("spring", Print { copies: 1 }).await?;
    Ok(writer.app.shutdown().await?)
}

struct Writer {
    app: App,
    clock: VirtualClock,
}

impl Writer {
    async fn ada(&self) -> Result<(), Box<dyn Error>> {
        let relocate = Relocate {
            street: "High Street 2".to_owned(),
            city: "Leeds".to_owned(),
        };
        let remind = Remind {
            text: "please, please pay".to_owned(),
        };
        self.send("ada", relocate).await?;
        self.send("ada", Pause { weeks: Some(3) }).await?;
        self.send("ada", remind).await?;
        self.send("ada", Deliver { number: 3 }).await
    }

    async fn bob_and_cyd(&self) -> Result<(), Box<dyn Error>> {
        let start = Start {
            reader: "Cyd".to_owned(),
            source: "the web".to_owned(),
            price: 42,
            copies: 2,
            campaign: "summer".to_owned(),
        };
        self.send("bob", Pause { weeks: None }).await?;
        self.send("cyd", start).await
    }

    async fn dan(&self) -> Result<(), Box<dyn Error>> {
        let gift = Gift {
            reader: "Dan".to_owned(),
            giver: String::new(),
            price: 41,
            message: "happy birthday".to_owned(),
        };
        self.send("dan", gift).await?;
        self.send("dan", Deliver { number: 3 }).await
    }

    /// A command a minute.
    async fn send<C: Command>(
        &self,
        id: impl IntoId<<C::Aggregate as AggregateRoot>::Id>,
        command: C,
    ) -> Result<(), Box<dyn Error>> {
        self.clock.advance(Duration::from_secs(60));
        self.app.send(id, command).await?;
        Ok(())
    }
}
