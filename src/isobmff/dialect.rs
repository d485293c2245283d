//! Dialects of boxes, by who reads them.

/// The readers of a `moof`, which decide how it says when it plays.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dialect {
    /// Smooth Streaming: a `tfxd`.
    Piff,
    /// CMAF: a `tfdt` (`ISO/IEC 23000-19` 7.5.16), and offsets that count from the `moof` by the
    /// letter.
    Cmaf,
}
