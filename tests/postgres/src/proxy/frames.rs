//! The messages of the protocol, each as it came.

use std::io;
use std::ops::Range;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::Instant;

/// Larger than any message of a test.
const LIMIT: usize = 1 << 28;

/// Cuts a stream of bytes into messages.
#[derive(Debug)]
pub(super) struct Frames<R> {
    from: R,
    buffer: Vec<u8>,
    used: usize,
    arrived: Instant,
}

/// What stands before the length of a message.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// The first message of a client has nothing there.
    Startup,
    /// All others have a byte that says what they are.
    Typed,
}

impl<R: AsyncRead + Unpin> Frames<R> {
    pub fn new(from: R) -> Self {
        Self {
            from,
            buffer: Vec::new(),
            used: 0,
            arrived: Instant::now(),
        }
    }

    /// The next message; None at the end, even within a message.
    pub async fn next(&mut self, kind: Kind) -> io::Result<Option<&[u8]>> {
        let range = loop {
            if let Some(range) = self.whole(kind)? {
                break range;
            }
            self.buffer.drain(..self.used);
            self.used = 0;
            if self.from.read_buf(&mut self.buffer).await? == 0 {
                return Ok(None);
            }
            self.arrived = Instant::now();
        };
        self.used = range.end;
        Ok(self.buffer.get(range))
    }

    /// When the last byte came.
    pub fn arrived(&self) -> Instant {
        self.arrived
    }

    /// Whether the next message is here, so that it will not be waited for.
    pub fn has_next(&self) -> bool {
        matches!(self.whole(Kind::Typed), Ok(Some(_)))
    }

    /// Where the next message is, if all of it is here.
    fn whole(&self, kind: Kind) -> io::Result<Option<Range<usize>>> {
        let before = match kind {
            Kind::Startup => 0,
            Kind::Typed => 1,
        };
        let start = self.used + before;
        let Some(length) = self.buffer.get(start..start + 4) else {
            return Ok(None);
        };
        let length = length
            .iter()
            .fold(0, |sum, byte| sum << 8 | usize::from(*byte));
        if !(4..LIMIT).contains(&length) {
            return Err(io::Error::other("this is not PostgreSQL's protocol"));
        }
        let end = start + length;
        Ok((end <= self.buffer.len()).then_some(self.used..end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &[u8] = b"Q\0\0\0\x06a\0S\0\0\0\x04";

    async fn all(mut frames: Frames<impl AsyncRead + Unpin>) -> Vec<Vec<u8>> {
        let mut all = Vec::new();
        while let Some(frame) = frames.next(Kind::Typed).await.unwrap() {
            all.push(frame.to_vec());
        }
        all
    }

    #[tokio::test]
    async fn messages_are_whole_however_they_come() {
        for cut in 0..TWO.len() {
            let (first, second) = TWO.split_at(cut);
            let found = all(Frames::new(first.chain(second))).await;
            assert_eq!(found, [&TWO[..7], &TWO[7..]], "{cut}");
        }
    }

    #[tokio::test]
    async fn half_a_message_is_none() {
        assert_eq!(all(Frames::new(&TWO[..10])).await, [&TWO[..7]]);
    }

    #[tokio::test]
    async fn a_length_that_cannot_be_is_an_error() {
        let mut frames = Frames::new(&b"Q\0\0\0\x03"[..]);
        assert!(frames.next(Kind::Typed).await.is_err());
    }
}
