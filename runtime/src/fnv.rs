//! 64-bit FNV-1a: a number for some bytes, the same on every machine and for ever.
//! <http://www.isthe.com/chongo/tech/comp/fnv/>

/// The number for no bytes.
pub(crate) const EMPTY: u64 = 0xcbf2_9ce4_8422_2325;

/// The number for one byte more.
pub(crate) fn with(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
}

/// The number for these bytes.
pub(crate) fn hash(bytes: impl IntoIterator<Item = u8>) -> u64 {
    bytes.into_iter().fold(EMPTY, with)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_published_function() {
        // From the page above.
        for (text, expected) in [
            ("", EMPTY),
            ("a", 0xaf63_dc4c_8601_ec8c),
            ("foobar", 0x8594_4171_f739_67e8),
        ] {
            assert_eq!(hash(text.bytes()), expected, "{text}");
        }
    }
}
