//! Makes `fixture.db`, and writes what version 1 of the program has to say. It refuses a file that is there.

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use evolution::print_run::Print;
use evolution::subscription::{Deliver, Gift, Pause, Relocate, Remind, Start};
use gesta::testing::{SequentialIds, VirtualClock};
use gesta::{AggregateRoot, App, Command, IntoId};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixture.db");

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    if Path::new(FILE).exists() {
        return Err("version 1 has written already".into());
    }
    let clock = VirtualClock::default();
    let store = format!("sqlite:{FILE}");
    let app = evolution::open(&store, clock.clone(), SequentialIds::default()).await?;
    let writer = Writer { app, clock };
    writer.ada().await?;
    writer.bob().await?;
    for copies in [3, 2] {
        writer.send("spring", Print { copies }).await?;
    }
    Ok(writer.app.shutdown().await?)
}

struct Writer {
    app: App,
    clock: VirtualClock,
}

impl Writer {
    async fn ada(&self) -> Result<(), Box<dyn Error>> {
        let start = Start {
            reader: "Ada".to_owned(),
            source: "a friend".to_owned(),
            price: 48,
        };
        let relocate = Relocate {
            address: "Mill Lane 1, Oldham".to_owned(),
        };
        let remind = Remind {
            text: "please pay".to_owned(),
        };
        self.send("ada", start).await?;
        self.send("ada", relocate).await?;
        self.send("ada", Deliver { number: 1 }).await?;
        self.send("ada", Pause {}).await?;
        self.send("ada", remind).await?;
        self.send("ada", Deliver { number: 2 }).await
    }

    async fn bob(&self) -> Result<(), Box<dyn Error>> {
        let gift = Gift {
            reader: "Bob".to_owned(),
            giver: "Ada".to_owned(),
            price: 40,
        };
        self.send("bob", gift).await?;
        self.send("bob", Deliver { number: 2 }).await
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
