//! What people ask to be done about parked keys.

use super::facing::PARKED;
use super::fold::FoldError;
use super::owner::{Owner, Stopped};
use crate::store::views::{ParkedEvent, Request};

impl Owner<'_> {
    /// Does all that was asked for.
    pub(super) async fn answer_requests(&mut self) -> Result<(), Stopped> {
        let asked = self.asked().await?;
        if asked.is_empty() {
            return Ok(());
        }
        // What is folded and not written must not be mixed with this.
        if self.folded > self.state.position {
            self.write(false).await?;
        }
        for event in asked {
            self.answer(&event).await?;
        }
        self.start_again().await
    }

    async fn asked(&self) -> Result<Vec<ParkedEvent>, Stopped> {
        let (mut asked, mut after) = (Vec::new(), None::<(String, u64)>);
        loop {
            let cursor = after
                .as_ref()
                .map(|(key, position)| (key.as_str(), *position));
            let page = self.views()?.parked(self.state.id, cursor, PARKED).await?;
            let Some(last) = page.last() else {
                return Ok(asked);
            };
            after = Some((last.key.clone(), last.position));
            asked.extend(page.into_iter().filter(|each| each.request.is_some()));
        }
    }

    /// The event that is asked about is the first of its key. Those behind it follow, up to the first that is not taken.
    async fn answer(&mut self, asked: &ParkedEvent) -> Result<(), Stopped> {
        if asked.request == Some(Request::Skip(asked.position)) {
            let behind = self.first(&asked.key, asked.position).await?;
            let mut batch = self.batch();
            batch.unparked.push((asked.key.clone(), asked.position));
            batch.parked.extend(behind.as_ref().map(to_be_retried));
            self.commit(&batch).await?;
        }
        let mut next = self.first(&asked.key, asked.position - 1).await?;
        while let Some(event) = next {
            let behind = self.first(&asked.key, event.position).await?;
            if !self.retry(event, behind.as_ref()).await? {
                break;
            }
            next = behind;
        }
        Ok(())
    }

    /// The first parked event of a key that comes after a position.
    async fn first(&self, key: &str, after: u64) -> Result<Option<ParkedEvent>, Stopped> {
        let page = self.views()?.parked(self.state.id, Some((key, after)), 1);
        let first = page.await?.into_iter().next();
        Ok(first.filter(|event| event.key == key))
    }

    /// Whether the event is taken now. What was asked for goes on with the one behind it, also in another process.
    async fn retry(
        &mut self,
        event: ParkedEvent,
        behind: Option<&ParkedEvent>,
    ) -> Result<bool, Stopped> {
        let delivered = self.shared.feed.one(event.position).await?;
        let (views, generation) = (self.views()?, self.state.id);
        let folded = self
            .fold
            .unpark(views, generation, &event.key, &delivered)
            .await;
        let mut batch = self.batch();
        batch.unparked.push((event.key.clone(), event.position));
        batch.parked.extend(behind.map(to_be_retried));
        let taken = match folded {
            Ok(()) => self.fold.write(&mut batch).await,
            error => error,
        };
        match taken {
            Ok(()) => self.commit(&batch).await.map(|()| true),
            Err(FoldError::Trouble(trouble)) => {
                self.start_again().await?;
                let mut batch = self.batch();
                batch.parked.push(ParkedEvent {
                    error: Some(trouble.said()),
                    attempts: event.attempts + 1,
                    request: None,
                    ..event
                });
                self.commit(&batch).await.map(|()| false)
            }
            Err(error) => Err(error.into()),
        }
    }
}

fn to_be_retried(event: &ParkedEvent) -> ParkedEvent {
    ParkedEvent {
        request: Some(Request::Retry),
        ..event.clone()
    }
}
