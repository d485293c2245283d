//! A time slot of a stream, and several in a row.

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
    #[inline(always)]
    pub fn end(self) -> Option<u64> {
        self.start.checked_add(self.duration)
    }
}

/// Chunks that last equally long, each of which starts where the one before it ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Row {
    /// The first of them.
    pub first: Chunk,
    /// How many there are; never 0.
    pub count: usize,
}

impl Row {
    /// One chunk by itself.
    pub fn one(first: Chunk) -> Self {
        Self { first, count: 1 }
    }

    /// All of them, in order.
    pub fn chunks(self) -> impl Iterator<Item = Chunk> {
        let Chunk { start, duration } = self.first;
        let next = move |chunk: &Chunk| Some(Chunk { start: chunk.end()?, duration });
        std::iter::successors(Some(Chunk { start, duration }), next).take(self.count)
    }

    /// What follows the first `skipped` of them; `None` if nothing does.
    pub fn after(self, skipped: usize) -> Option<Self> {
        let Chunk { start, duration } = self.first;
        let count = self.count.checked_sub(skipped).filter(|&count| count > 0)?;
        let start = start.checked_add(duration.checked_mul(u64::try_from(skipped).ok()?)?)?;
        Some(Self { first: Chunk { start, duration }, count })
    }

    /// When the last ends; `None` beyond 2^64.
    #[inline(always)]
    pub fn end(self) -> Option<u64> {
        // WebAssembly has no instruction for a product that may not fit, and many rows have one chunk.
        if self.count == 1 {
            return self.first.end();
        }
        let ticks = self.first.duration.checked_mul(u64::try_from(self.count).ok()?)?;
        self.first.start.checked_add(ticks)
    }
}
