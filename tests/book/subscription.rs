use gesta::prelude::*;

// ANCHOR: id
#[derive(Debug, Clone, PartialEq, AggregateId)]
pub struct Reader(u64);
// ANCHOR_END: id

#[event]
pub struct Subscribed {
    pub since: gesta::Timestamp,
}

#[event]
pub struct Cancelled {}

#[event]
pub struct Refunded {
    pub cents: u64,
}

#[aggregate(id = Reader)]
#[derive(Debug, Default)]
pub struct Subscription {
    active: bool,
}

#[aggregate]
impl Subscription {
    // ANCHOR: option
    /// Changes nothing if the reader has subscribed already.
    #[command(upsert)]
    pub fn subscribe(&self, ctx: &CommandContext) -> Option<Subscribed> {
        (!self.active).then(|| Subscribed { since: ctx.now() })
    }
    // ANCHOR_END: option

    // ANCHOR: tuple
    /// Both events are stored, or neither.
    #[command(name = CancelSubscription)]
    pub fn cancel(&self, refund: Option<u64>) -> (Cancelled, Option<Refunded>) {
        (Cancelled {}, refund.map(|cents| Refunded { cents }))
    }
    // ANCHOR_END: tuple

    #[apply]
    fn subscribed(&mut self, _: &Subscribed) {
        self.active = true;
    }
    #[apply]
    fn cancelled(&mut self, _: &Cancelled) {
        self.active = false;
    }
    #[apply]
    fn refunded(&mut self, _: &Refunded) {}
}

#[tokio::test]
async fn subscribing_twice_changes_nothing() -> Result<(), Box<dyn std::error::Error>> {
    let app = App::builder()
        .store("memory:")
        .aggregate::<Subscription>()
        .start()
        .await?;
    // ANCHOR: number
    let first = app.send(Reader(7), Subscribe {}).await?;
    let second = app.send(Reader(7), Subscribe {}).await?;
    assert_eq!((first.events, first.version), (1, 1));
    assert_eq!((second.events, second.version), (0, 1));
    // ANCHOR_END: number
    let cancel = CancelSubscription { refund: Some(250) };
    let done = app.send(Reader(7), cancel).await?;
    assert_eq!((done.events, done.version), (2, 3));
    Ok(())
}
