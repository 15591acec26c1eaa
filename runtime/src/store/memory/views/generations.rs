//! All generations.

use std::collections::BTreeMap;

use crate::store::views::{Control, Declaration, Generation, Stage, Which};

use super::generation::Kept;

#[derive(Default)]
pub(in super::super) struct Generations {
    kept: BTreeMap<u64, Kept>,
    /// How many there ever were.
    made: u64,
}

impl Generations {
    pub(super) fn all(&self) -> Vec<Generation> {
        self.kept.values().map(Kept::generation).collect()
    }

    pub(super) fn get(&self, id: u64) -> Option<&Kept> {
        self.kept.get(&id)
    }

    pub(super) fn get_mut(&mut self, id: u64) -> Option<&mut Kept> {
        self.kept.get_mut(&id)
    }

    /// One that is neither dropped nor gone.
    pub(super) fn living(&mut self, id: u64) -> Option<&mut Kept> {
        self.get_mut(id).filter(|kept| kept.stage < Stage::Dropped)
    }

    /// The same, for those that have its last token.
    pub(super) fn fenced(&mut self, id: u64, token: u64) -> Option<&mut Kept> {
        self.living(id).filter(|kept| kept.is_last(token))
    }

    /// The newest of this projection and version that has come no further than `stage`, or a new one.
    pub(super) fn newest_or_new(&mut self, declaration: &Declaration, stage: Stage) -> Generation {
        let fits = |kept: &&&Kept| kept.version() == declaration.version && kept.stage <= stage;
        if let Some(newest) = self.of(&declaration.projection).iter().find(fits) {
            return newest.generation();
        }
        self.made += 1;
        let kept = Kept::new(self.made, declaration.clone());
        let made = kept.generation();
        self.kept.insert(self.made, kept);
        made
    }

    /// The one that answers whoever asks so.
    pub(super) fn that_answers(&self, which: &Which) -> Option<&Kept> {
        let mut ready = self.of(&which.projection);
        ready.retain(|kept| kept.stage == Stage::Ready);
        let wanted = ready.iter().find(|kept| kept.version() == which.version);
        wanted.or(ready.first()).copied()
    }

    /// Those of a projection, newest first.
    fn of(&self, projection: &str) -> Vec<&Kept> {
        let kept = self.kept.values().rev();
        kept.filter(|kept| kept.is_of(projection)).collect()
    }

    pub(super) fn finish(&mut self, id: u64, token: u64) -> bool {
        let Some(built) = self.fenced(id, token) else {
            return false;
        };
        let (stage, position) = (built.stage, built.position());
        let declaration = built.generation().declaration;
        let replaced = |kept: &&mut Kept| {
            kept.stage == Stage::Ready
                && kept.is_of(&declaration.projection)
                && kept.version() == declaration.version
        };
        let mut replaced: Vec<_> = self.kept.values_mut().filter(replaced).collect();
        if stage != Stage::Building || replaced.iter().any(|kept| kept.position() > position) {
            return false;
        }
        for kept in &mut replaced {
            kept.drop_it();
        }
        if let Some(built) = self.get_mut(id) {
            built.stage = Stage::Ready;
        }
        true
    }

    pub(super) fn control(&mut self, id: u64, control: Control) -> bool {
        let may_drop = self.may_drop(id);
        let Some(kept) = self.living(id) else {
            return false;
        };
        match control {
            Control::Pause => kept.paused = true,
            Control::Resume => {
                kept.paused = false;
                kept.set_fault(None);
            }
            Control::Drop if may_drop => kept.drop_it(),
            Control::Drop => return false,
        }
        true
    }

    fn may_drop(&self, id: u64) -> bool {
        let Some(kept) = self.get(id) else {
            return false;
        };
        let newer = |other: &Kept| other.stage == Stage::Ready && other.version() > kept.version();
        let projection = kept.generation().declaration.projection;
        match kept.stage {
            Stage::Building => true,
            Stage::Ready => kept.owner().is_none() && self.of(&projection).into_iter().any(newer),
            Stage::Dropped => false,
        }
    }

    pub(super) fn sweep(&mut self, id: u64, documents: u32) -> bool {
        let Some(kept) = self.get_mut(id) else {
            return true;
        };
        if kept.stage != Stage::Dropped {
            return false;
        }
        let gone = kept.sweep(documents);
        if gone {
            self.kept.remove(&id);
        }
        gone
    }
}
