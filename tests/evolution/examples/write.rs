//! Opens `fixture.db` as version 2 left it, and writes what version 3 of the program has to say. It refuses any other file.

use std::error::Error;
use std::time::Duration;

use evolution::print_run::Print;
use evolution::subscription::{Deliver, Pause, Relocate, Start, Subscription};
use gesta::testing::{SequentialIds, VirtualClock};
use gesta::{AggregateRoot, App, Command, Ids, IntoId};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixture.db");

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let clock = VirtualClock::at("2002-01-01T00:00:00Z".parse()?);
    let ids = SequentialIds::default();
    // The version before has used the first of them.
    while ids.next() != SequentialIds::nth(2_000) {}
    let store = format!("sqlite:{FILE}");
    let app = evolution::open(&store, clock.clone(), ids).await?;
    if app.load::<Subscription>("ada").await?.version != 10 {
        return Err("version 3 has written already".into());
    }
    let writer = Writer { app, clock };
    writer.ada().await?;
    writer.eve().await?;
    writer.send("spring", Print { copies: 150 }).await?;
    Ok(writer.app.shutdown().await?)
}

struct Writer {
    app: App,
    clock: VirtualClock,
}

impl Writer {
    async fn ada(&self) -> Result<(), Box<dyn Error>> {
        let relocate = Relocate {
            street: "Rue Basse 3".to_owned(),
            city: "Lille".to_owned(),
            country: "FR".to_owned(),
        };
        self.send("ada", relocate).await?;
        self.send("ada", Pause { weeks: Some(1) }).await?;
        self.send("ada", Deliver { number: 4 }).await
    }

    async fn eve(&self) -> Result<(), Box<dyn Error>> {
        let start = Start {
            reader: "Eve".to_owned(),
            price: 4_950,
            copies: 1,
            campaign: "winter".to_owned(),
            notes: vec!["ring twice".to_owned()],
        };
        self.send("eve", start).await?;
        self.send("eve", Deliver { number: 4 }).await
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
