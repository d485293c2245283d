//! Ranges of bytes in a source, half-open and 64-bit.

use std::fmt;

/// The cost of a read of storage, in bytes: a store sends as many in the time that a further read takes to begin.
pub const READ_COST: u64 = 128 << 10;

/// The largest offset in bytes that JavaScript counts exactly: neither the Worker's runtime nor a cache is asked beyond it.
pub const MAX_JS_OFFSET: u64 = (1 << 53) - 1;

/// The bytes `start..end` of a source. Never inverted; may be empty.
///
/// Offsets are `u64` because sources pass 4 GiB where `usize` is 32 bits wide.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ByteRange {
    start: u64,
    end: u64,
}

impl ByteRange {
    /// The bytes from `start` up to, not including, `end`; `None` if `end` lies before `start`.
    pub fn new(start: u64, end: u64) -> Option<Self> {
        (start <= end).then_some(Self { start, end })
    }

    /// The first `length` bytes.
    pub fn first(length: u64) -> Self {
        Self { start: 0, end: length }
    }

    /// `length` bytes from `start`; `None` if they would end beyond 2^64.
    pub fn with_length(start: u64, length: u64) -> Option<Self> {
        Some(Self { start, end: start.checked_add(length)? })
    }

    /// The first byte's offset.
    pub fn start(self) -> u64 {
        self.start
    }

    /// The offset after the last byte.
    pub fn end(self) -> u64 {
        self.end
    }

    /// How many bytes.
    pub fn length(self) -> u64 {
        self.end - self.start
    }

    /// Whether there are no bytes in it.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether all of `other` lies in this range.
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The bytes from this range's first up to the last of `later`, which does not end before it.
    #[must_use]
    pub fn through(self, later: Self) -> Self {
        Self { start: self.start, end: self.end.max(later.end) }
    }

    /// The part of this range that `inner` names, counted from this range's start;
    /// `None` if it does not lie in it.
    pub fn slice(self, inner: Self) -> Option<Self> {
        let slice = Self {
            start: self.start.checked_add(inner.start)?,
            end: self.start.checked_add(inner.end)?,
        };
        self.contains(slice).then_some(slice)
    }
}

impl fmt::Debug for ByteRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

impl fmt::Display for ByteRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start: u64, end: u64) -> ByteRange {
        ByteRange::new(start, end).unwrap()
    }

    #[test]
    fn is_never_inverted_and_never_wraps() {
        assert_eq!(ByteRange::new(2, 1), None);
        assert_eq!(ByteRange::with_length(u64::MAX, 1), None);
        assert_eq!(
            ByteRange::with_length(6 << 30, 10),
            ByteRange::new(6_442_450_944, 6_442_450_954)
        );
    }

    #[test]
    fn slices_from_its_own_start() {
        assert_eq!(range(100, 200).slice(range(10, 20)), Some(range(110, 120)));
        assert_eq!(range(100, 200).slice(range(0, 100)), Some(range(100, 200)));
        assert_eq!(range(100, 200).slice(range(0, 101)), None);
        assert_eq!(range(100, 200).slice(range(1, u64::MAX)), None);
    }
}
