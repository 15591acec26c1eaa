//! The names of a struct's fields, and what is known about them.

/// The fields of a struct, or of a map that is read like one.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields {
    listed: Vec<&'static str>,
    aliases: Vec<&'static str>,
    first: Option<&'static str>,
    last: Vec<&'static str>,
    /// Those that are left out of the sample, because no value was found for them and none is needed.
    pub(super) left_out: Vec<&'static str>,
    /// The key that was handed out last.
    pub(super) given: Option<&'static str>,
}

impl Fields {
    pub(super) fn new(listed: &[&'static str]) -> Self {
        Self {
            listed: listed.to_vec(),
            ..Self::default()
        }
    }

    /// All of them, without aliases.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        let names = self.listed.iter().copied();
        names.filter(|name| !self.aliases.contains(name))
    }

    /// Those to be handed out, in this order.
    pub(super) fn order(&self) -> Vec<&'static str> {
        let given = self.names().filter(|name| !self.left_out.contains(name));
        let mut order: Vec<_> = given.collect();
        order.sort_by_key(|name| {
            let last = self.last.iter().position(|last| last == name);
            (last.map_or(0, |at| at + 1), self.first != Some(name))
        });
        order
    }

    /// Learns a name from the complaint that it is missing. `false` if that is no news.
    pub(super) fn is_missing(&mut self, name: &'static str) -> bool {
        let news = !self.listed.contains(&name);
        if news {
            self.listed.push(name);
        }
        news
    }

    /// Learns that a name belongs to another variant. `false` if that is no news.
    pub(super) fn is_unknown(&mut self, name: &str) -> bool {
        let given = self.order().into_iter().find(|given| *given == name);
        self.left_out.extend(given);
        given.is_some()
    }

    /// Learns an alias from the complaint that `name` came twice. `false` if that is no news.
    ///
    /// serde lists the aliases among the names, in the order of the alphabet. If it was the name that was refused, one
    /// of those before it is the alias, so the name goes first; then the alias is the one that is refused.
    pub(super) fn came_twice(&mut self, name: &'static str) -> bool {
        match self.given {
            Some(given) if given != name => {
                let news = !self.aliases.contains(&given);
                self.aliases.push(given);
                news
            }
            _ => self.first.replace(name) != Some(name),
        }
    }

    /// Puts a field behind the others, so that these are seen although it fails. `false` if it is there already.
    pub(super) fn put_last(&mut self, name: &'static str) -> bool {
        let news = !self.last.contains(&name);
        if news {
            self.last.push(name);
        }
        news
    }
}
