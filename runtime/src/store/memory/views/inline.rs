//! Folding in the append.

use crate::store::memory::log::Log;
use crate::store::views::{Inline, ViewBatch};
use crate::store::{Commit, Outcome, PageLimit, StoreError};

use super::generations::Generations;

/// All of the log that is not folded yet: it is in memory already.
const ALL: PageLimit = PageLimit {
    events: u32::MAX,
    bytes: usize::MAX,
};

pub(in crate::store::memory) fn append(
    log: &mut Log,
    generations: &mut Generations,
    batch: &[Commit],
    inline: &dyn Inline,
) -> Result<Vec<Outcome>, StoreError> {
    let undo = log.undo(batch);
    let outcomes = log.append(batch)?;
    match fold(log, generations, inline) {
        Ok(batches) => {
            for batch in &batches {
                if let Some(kept) = generations.get_mut(batch.generation) {
                    kept.write(batch);
                }
            }
            Ok(outcomes)
        }
        Err(error) => {
            log.take_back(undo, batch, &outcomes);
            Err(error)
        }
    }
}

/// What is to be written, so that nothing is if one of them fails.
fn fold(
    log: &Log,
    generations: &Generations,
    inline: &dyn Inline,
) -> Result<Vec<ViewBatch>, StoreError> {
    let mut batches = Vec::new();
    for (index, which) in inline.projections().iter().enumerate() {
        let Some(kept) = generations.that_answers(which) else {
            continue;
        };
        let events = log.read(kept.position(), ALL).events;
        if kept.version() != which.version || events.is_empty() {
            continue;
        }
        let begun = inline.begin(index, events)?;
        let documents = begun.keys().iter().map(|key| kept.document(key)).collect();
        let generation = kept.generation();
        batches.push(ViewBatch {
            generation: generation.id,
            token: generation.token,
            from: generation.position,
            ..begun.fold(documents)?
        });
    }
    Ok(batches)
}
