//! A number that changes when code does: FNV-1a over its tokens, without its comments.
//!
//! `std`'s hashes are not the same from one release of Rust to the next, and `TokenStream`'s `Display` is not either.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// FNV-1a, 64 bits.
pub(crate) struct Fingerprint(u64);

impl Fingerprint {
    pub(crate) fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    pub(crate) fn finish(&self) -> u64 {
        self.0
    }

    pub(crate) fn text(&mut self, text: &str) {
        // A byte that no UTF-8 holds keeps `a b` and `ab` apart.
        for byte in text.bytes().chain([0xff]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    pub(crate) fn tokens(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            if is_hash(&token) && tokens.next_if(is_doc).is_some() {
                continue;
            }
            self.token(token);
        }
    }

    fn token(&mut self, token: TokenTree) {
        let group = match token {
            TokenTree::Group(group) => group,
            other => return self.text(&other.to_string()),
        };
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Brace => ("{", "}"),
            Delimiter::Bracket => ("[", "]"),
            // What a `macro_rules!` passed on is the same code as if it had been written.
            Delimiter::None => return self.tokens(group.stream()),
        };
        self.text(open);
        self.tokens(group.stream());
        self.text(close);
    }
}

fn is_hash(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == '#')
}

fn is_doc(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else {
        return false;
    };
    let first = group.stream().into_iter().next();
    group.delimiter() == Delimiter::Bracket
        && matches!(first, Some(TokenTree::Ident(ident)) if ident == "doc")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: &str) -> u64 {
        let mut fingerprint = Fingerprint::new();
        fingerprint.tokens(code.parse().unwrap());
        fingerprint.finish()
    }

    #[test]
    fn comments_and_layout_do_not_count() {
        let plain = of("struct A { b: u64 }");
        assert_eq!(
            of("/// Docs.\nstruct A {\n  // why\n  /// More.\n  b: u64\n}"),
            plain
        );
    }

    #[test]
    fn every_token_counts() {
        let plain = of("struct A { b: u64 }");
        for other in [
            "struct A { b: u32 }",
            "struct A ( b: u64 )",
            "#[x] struct A { b: u64 }",
            "struct Ab { : u64 }",
        ] {
            assert_ne!(of(other), plain, "{other}");
        }
    }

    #[test]
    fn it_is_the_same_for_ever() {
        assert_eq!(of(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(of("struct A { b: u64 }"), 0x05bf_49aa_4d24_a111);
    }
}
