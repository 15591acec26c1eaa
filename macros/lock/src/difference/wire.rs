//! What serde makes of a type, as text: `{cents: u64, currency: enum {Eur, Other(string)}}`.

/// So deep is no type. What is deeper is taken for changed.
const DEEPEST: usize = 64;

/// Whether what is stored as `was` is read as `now`: nothing is gone, and what is new may be missing.
///
/// With `grown`, any new field of the type itself is taken for one of those: its declaration was judged already.
pub(super) fn reads(was: &str, now: &str, grown: bool) -> bool {
    within(was, now, grown, 0)
}

fn within(was: &str, now: &str, grown: bool, depth: usize) -> bool {
    let (was, now) = (was.trim(), now.trim());
    if was == now {
        return true;
    }
    let (Some(was), Some(now)) = (Group::of(was), Group::of(now)) else {
        return false;
    };
    if depth > DEEPEST || (was.head, was.open, was.tail) != (now.head, now.open, now.tail) {
        return false;
    }
    if was.open == '{' {
        was.named_within(&now, grown, depth)
    } else {
        let pairs = || was.items.iter().zip(&now.items);
        was.items.len() == now.items.len()
            && pairs().all(|(was, now)| within(was, now, false, depth + 1))
    }
}

/// `enum {Eur, Other(string)}`: a head, what stands in brackets, and what follows them.
struct Group<'a> {
    head: &'a str,
    open: char,
    items: Vec<&'a str>,
    tail: &'a str,
}

impl<'a> Group<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let start = text.find(is_open)?;
        let end = text.rfind(is_close)?;
        let (head, rest) = text.split_at_checked(start)?;
        let (inside, tail) = rest.split_at_checked(end.checked_sub(start)?)?;
        let open = inside.chars().next()?;
        let items = split(inside.get(1..)?);
        Some(Self {
            head: head.trim(),
            open,
            items,
            tail,
        })
    }

    fn named_within(&self, now: &Self, grown: bool, depth: usize) -> bool {
        let kept = self.items.iter().all(|was| {
            let (name, was) = named(was);
            let mut same = now.items.iter().map(|now| named(now));
            same.find(|(other, _)| *other == name)
                .is_some_and(|(_, now)| within(was, now, false, depth + 1))
        });
        let is_new = |name: &str| !self.items.iter().any(|was| named(was).0 == name);
        let is_enum = now.head.ends_with("enum");
        kept && now.items.iter().all(|item| {
            let (name, wire) = named(item);
            is_enum || grown || !is_new(name) || is_option(wire)
        })
    }
}

/// `cents: u64` and `Other(string)`, each as its name and the rest.
fn named(item: &str) -> (&str, &str) {
    let end = item.find(|c| c == ':' || is_open(c)).unwrap_or(item.len());
    let (name, rest) = item.split_at_checked(end).unwrap_or((item, ""));
    (name.trim(), rest.trim_start_matches(':').trim())
}

fn is_option(wire: &str) -> bool {
    wire.starts_with("option") || wire.ends_with('?')
}

fn is_open(c: char) -> bool {
    matches!(c, '{' | '(' | '[' | '<')
}

fn is_close(c: char) -> bool {
    matches!(c, '}' | ')' | ']' | '>')
}

/// What stands between the commas that are in no brackets of their own.
fn split(inside: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let items = inside.split(|c| {
        if is_open(c) {
            depth += 1;
        } else if is_close(c) {
            depth = depth.saturating_sub(1);
        }
        c == ',' && depth == 0
    });
    items
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_grown_is_read() {
        for (was, now) in [
            ("{a: u64}", "{a: u64}"),
            ("{a: u64, b: u8}", "{b: u8, a: u64}"),
            ("enum {Eur}", "enum {Eur, Usd}"),
            ("{a: enum {Eur}}", "{a: enum {Other(string), Eur}}"),
            ("{a: [enum {Eur}]}", "{a: [enum {Eur, Usd}]}"),
            ("enum {A(enum {X})}", "enum {A(enum {X, Y})}"),
            (
                "map<string, {a: u8}>",
                "map<string, {a: u8, b: option<u8>}>",
            ),
            ("{}", "{a: u8?}"),
        ] {
            assert!(reads(was, now, false), "{was} {now}");
        }
    }

    #[test]
    fn what_is_otherwise_is_not() {
        for (was, now) in [
            ("{a: u64}", "{a: string}"),
            ("{a: u64}", "{a: u64, b: u64}"),
            ("{a: u64, b: u64}", "{a: u64}"),
            ("enum {Eur, Usd}", "enum {Eur}"),
            ("enum {Eur}", "{Eur}"),
            ("enum {A(u8)}", "enum {A(u16)}"),
            ("(u8, u8)", "(u8, u8, option<u8>)"),
            ("(u8, u16)", "(u16, u8)"),
            ("{a: {b: u8}}", "{a: {b: u8, c: u8}}"),
            ("{a: u8}", "{a: u8}?"),
            ("unit", "{a: option u8}"),
            ("}{", "{}"),
            ("", "{"),
        ] {
            assert!(!reads(was, now, false), "{was} {now}");
        }
    }

    #[test]
    fn a_new_field_counts_only_in_the_type_that_has_grown() {
        assert!(reads("{a: u8}", "{a: u8, b: u8}", true));
        assert!(!reads("{a: {b: u8}}", "{a: {b: u8, c: u8}}", true));
    }

    #[test]
    fn depth_has_an_end() {
        let deep = |inside: &str| format!("{}{inside}{}", "(".repeat(9_000), ")".repeat(9_000));
        assert!(!reads(&deep("a"), &deep("b"), false));
    }
}
