//! Where a page begins and ends, as two places of which the database needs no more than their order.

use std::ops::Bound;

use crate::store::views::{IndexRange, ViewQuery};

/// A place in an index. Documents in the order of their keys are like one index in which all have the same value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) index: i64,
    pub(super) value: Vec<u8>,
    pub(super) key: String,
}

/// All from `from` on, up to `to` and without it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: Place,
    pub(super) to: Place,
}

impl Place {
    /// Before all that have this value.
    fn before(index: i64, value: &[u8]) -> Self {
        let (value, key) = (value.to_vec(), String::new());
        Self { index, value, key }
    }

    /// Behind all that have this value: no other is between it and itself with a zero at its end.
    fn behind(index: i64, value: &[u8]) -> Self {
        Self::before(index, &[value, &[0]].concat())
    }
}

impl Span {
    /// All values in a range.
    pub(super) fn of(range: &IndexRange) -> Self {
        let index = i64::from(range.index);
        let from = match &range.from {
            Bound::Included(value) => Place::before(index, value),
            Bound::Excluded(value) => Place::behind(index, value),
            Bound::Unbounded => Place::before(index, &[]),
        };
        let to = match &range.to {
            Bound::Included(value) => Place::behind(index, value),
            Bound::Excluded(value) => Place::before(index, value),
            Bound::Unbounded => Place::before(index + 1, &[]),
        };
        Self { from, to }
    }

    /// What is left for a page and those behind it.
    pub(super) fn of_page(query: &ViewQuery) -> Self {
        let all = IndexRange {
            index: 0,
            from: Bound::Unbounded,
            to: Bound::Unbounded,
        };
        let range = query.range.as_ref();
        let span = Self::of(range.unwrap_or(&all));
        let Some(after) = &query.after else {
            return span;
        };
        let value = match range {
            Some(_) => after.value.clone(),
            None => Vec::new(),
        };
        let (index, key) = (span.from.index, after.key.clone());
        span.behind(Place { index, value, key }, query.reverse)
    }

    fn behind(self, mut last: Place, reverse: bool) -> Self {
        let Self { from, to } = self;
        if reverse {
            let to = to.min(last);
            return Self { from, to };
        }
        // The least that is greater: PostgreSQL keeps no key with a zero in it.
        last.key.push('\u{1}');
        let from = from.max(last);
        Self { from, to }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::views::Cursor;

    fn place(index: i64, value: &[u8], key: &str) -> Place {
        Place {
            index,
            value: value.to_vec(),
            key: key.to_owned(),
        }
    }

    fn query(range: Option<IndexRange>, reverse: bool) -> ViewQuery {
        ViewQuery {
            range,
            after: Some(Cursor {
                value: vec![5],
                key: "k".to_owned(),
            }),
            reverse,
            limit: 1,
        }
    }

    #[test]
    fn a_cursor_narrows_a_range_and_never_widens_it() {
        let range = |from, to| IndexRange { index: 3, from, to };
        let inside = range(Bound::Excluded(vec![1]), Bound::Included(vec![9]));
        let span = Span::of_page(&query(Some(inside.clone()), false));
        assert_eq!(span.from, place(3, &[5], "k\u{1}"));
        assert_eq!(span.to, place(3, &[9, 0], ""));
        let span = Span::of_page(&query(Some(inside), true));
        assert_eq!(span.from, place(3, &[1, 0], ""));
        assert_eq!(span.to, place(3, &[5], "k"));

        let behind = range(Bound::Included(vec![6]), Bound::Unbounded);
        let span = Span::of_page(&query(Some(behind.clone()), false));
        assert_eq!(span, Span::of(&behind));
    }

    #[test]
    fn keys_alone_have_no_value() {
        let span = Span::of_page(&query(None, false));
        assert_eq!(span.from, place(0, &[], "k\u{1}"));
        assert_eq!(span.to, place(1, &[], ""));
    }
}
