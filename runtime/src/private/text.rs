//! Texts that are put together while the program compiles.

/// A text that is put together while the program compiles.
pub struct Text<const ROOM: usize = 512> {
    bytes: [u8; ROOM],
    len: usize,
}

/// An error that the compiler prints.
pub(super) type Message = Text<2_048>;

impl<const ROOM: usize> Text<ROOM> {
    pub(super) const EMPTY: Self = Self {
        bytes: [0; ROOM],
        len: 0,
    };

    /// The text, and another behind it.
    #[expect(
        clippy::indexing_slicing,
        reason = "it is called in constants: a text too long does not compile"
    )]
    pub(super) const fn with(mut self, text: &str) -> Self {
        let (text, mut at) = (text.as_bytes(), 0);
        while at < text.len() {
            self.bytes[self.len] = text[at];
            self.len += 1;
            at += 1;
        }
        self
    }

    /// The text, and a number behind it.
    #[expect(clippy::indexing_slicing, reason = "there are ten digits")]
    pub(super) const fn with_number(self, number: u32) -> Self {
        const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
        let text = match number / 10 {
            0 => self,
            more => self.with_number(more),
        };
        text.with(DIGITS[(number % 10) as usize])
    }
}

/// The text.
#[must_use]
pub const fn text<const ROOM: usize>(text: &Text<ROOM>) -> &str {
    match str::from_utf8(text.bytes.split_at(text.len).0) {
        Ok(text) => text,
        Err(_) => "",
    }
}
