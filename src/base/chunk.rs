//! A time slot of a stream.

/// A time slot of a stream: one `c` of a client manifest (`[MS-SSTR]` 2.2.2.6).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Chunk {
    /// When it starts, in ticks of the stream's timescale.
    pub start: u64,
    /// How long it lasts, in the same ticks.
    pub duration: u64,
}

impl Chunk {
    /// When it ends; `None` beyond 2^64.
    pub fn end(self) -> Option<u64> {
        self.start.checked_add(self.duration)
    }
}
