//! The values that are handed out, in the order in which they are tried.
//!
//! The first of each is what stands in most samples, so it is plain; the others are for types that check what they read.

/// Texts: the plain ones, then what the parsers of common types accept.
pub(super) const TEXTS: &[&str] = &[
    "text",
    "1",
    "a",
    "2000-01-01T00:00:00Z",
    "2000-01-01",
    "00:00:00",
    "2000-01-01T00:00:00",
    "2000-01-01T00:00:00+00:00[UTC]",
    "00000000-0000-7000-8000-000000000001",
    "127.0.0.1",
    "127.0.0.1:80",
    "::1",
    "[::1]:80",
    "a@example.com",
    "https://example.com/",
    "example.com",
    "EUR",
    "A",
    "en",
    "1.5",
    "true",
    "P1D",
    "1.0.0",
    "UTC",
    "+10000000000",
    "#000000",
    "00",
    "",
];

/// Whole numbers. The short types come first: a `u8` takes [`BYTE`] of them, a `u16` [`SHORT`].
pub(super) const WHOLE: &[i64] = &[1, 0, 2, 10, 100, 1_000, 2_000, 1_000_000_000, 1_700_000_000];
pub(super) const BYTE: usize = 5;
pub(super) const SHORT: usize = 7;

pub(super) const FLOATS: &[f32] = &[1.0, 0.0, 0.5, 2.0, 10.0, 100.0];
pub(super) const BOOLS: &[bool] = &[true, false];
pub(super) const CHARS: &[char] = &['a', 'A', '1', '-', ' '];
pub(super) const BYTES: &[&[u8]] = &[b"text", b"", &[1], &[1; 16], &[1; 32], &[1; 64]];

/// How many elements sequences and maps have.
pub(super) const LENGTHS: &[usize] = &[1, 0, 2, 3, 4];

/// What a type gets that takes whatever is there.
#[derive(Debug, Clone, Copy)]
pub(super) enum Any {
    Text(&'static str),
    Whole(u64),
    Float(f64),
    Bool(bool),
    Null,
    Map,
    Seq(usize),
}

impl Any {
    pub(super) fn text(self) -> Option<&'static str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

pub(super) const ANY: &[Any] = &[
    Any::Text("text"),
    Any::Whole(1),
    Any::Bool(true),
    Any::Null,
    Any::Map,
    Any::Seq(0),
    Any::Seq(1),
    Any::Seq(2),
    Any::Whole(0),
    Any::Float(1.5),
    Any::Text("a"),
    Any::Text("1"),
    Any::Text("2000-01-01T00:00:00Z"),
    Any::Text("2000-01-01"),
    Any::Text("00000000-0000-7000-8000-000000000001"),
    Any::Text("127.0.0.1"),
    Any::Text("a@example.com"),
    Any::Text("https://example.com/"),
    Any::Text(""),
];

/// How many of them hold nothing else. Elements are one of these, or sequences of sequences would be tried for ever.
pub(super) const ANY_PLAIN: usize = 4;

/// The candidate at a place in the list; behind the last comes the first again.
pub(super) fn pick<T: Copy>(candidates: &[T], at: usize) -> Option<T> {
    let at = at.checked_rem(candidates.len())?;
    candidates.get(at).copied()
}
