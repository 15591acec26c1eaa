//! What an application may do with read models; `roles.rs` says as whom.

use gesta::store::views::{
    Control, Generation, IndexEntry, ParkedEvent, Request, Stage, ViewBatch, ViewQuery, ViewStore,
    Which,
};
use gesta::store::{PostgresStore, Store};
use gesta::{StoreError, Uuid};

use super::{HOUR, declaration, views};

/// Whatever read models can be asked for, whatever an attempt that was refused has left behind.
pub async fn use_read_models(address: &str) -> Result<(), StoreError> {
    let store = PostgresStore::connect(address).await?;
    let models = views(&store);
    models.head().await?;
    models.declare(&declaration(1)).await?;
    let id = models.rebuild(&declaration(1)).await?.id;
    let held = models.claim(id, Uuid::nil(), HOUR).await?.unwrap();
    models.renew(id, held.token, HOUR).await?.unwrap();
    assert!(models.set_fault(id, held.token, None).await?);
    write(models, &held).await?;
    let key = "alice".to_owned();
    assert!(models.request(id, &key, Request::Retry).await?);
    assert_eq!(models.parked(id, None, 9).await?.len(), 1);
    let documents = models.documents(id, std::slice::from_ref(&key)).await?;
    assert_eq!(documents, [Some("{}".to_owned())]);
    assert!(models.control(id, Control::Pause).await?);
    assert!(models.finish(id, held.token).await?);
    ask(models, &key).await?;
    models.release(id, held.token).await?;

    let next = models.rebuild(&declaration(1)).await?.id;
    assert!(models.control(next, Control::Drop).await?);
    for each in models.generations().await? {
        assert_eq!(
            models.sweep(each.id, 9).await?,
            each.stage == Stage::Dropped
        );
    }
    store.close().await
}

async fn write(models: &dyn ViewStore, held: &Generation) -> Result<(), StoreError> {
    let key = "alice".to_owned();
    let entry = IndexEntry {
        index: 0,
        value: vec![1],
        key: key.clone(),
    };
    let parked = ParkedEvent {
        key: key.clone(),
        position: 1,
        error: None,
        attempts: 1,
        request: None,
    };
    let batch = ViewBatch {
        generation: held.id,
        token: held.token,
        from: held.position,
        to: held.position + 1,
        upserts: vec![(key, "{}".to_owned())],
        new_entries: vec![entry],
        parked: vec![parked],
        ..ViewBatch::default()
    };
    assert!(models.write(&batch).await?);
    Ok(())
}

async fn ask(models: &dyn ViewStore, key: &str) -> Result<(), StoreError> {
    let (projection, version) = ("statement".to_owned(), 1);
    let which = Which {
        projection,
        version,
    };
    assert!(models.view(&which, key).await?.unwrap().answer.is_some());
    let all = ViewQuery {
        range: None,
        after: None,
        reverse: false,
        limit: 9,
    };
    let page = models.page(&which, &all).await?.unwrap();
    assert_eq!(page.answer.documents.len(), 1);
    assert_eq!(models.count(&which, None).await?.unwrap().answer, 1);
    Ok(())
}
