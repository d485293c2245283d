//! The stretches of a text file that hold the cues of each chunk.

use super::packed::Packed;
use super::wire::{FormatError, Reader, Writer};
use crate::base::range::ByteRange;
use crate::text::Syntax;

/// The media of a track that is a text file beside the others: for each chunk the stretch of the file
/// that has all cues which are shown in it, packed. Stretches may overlap, and most are short: one is read
/// for a fragment as any other range is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cues {
    /// What the file is written in.
    pub syntax: Syntax,
    /// When the file's time 0 is, in ticks of Smooth Streaming: where the presentation starts.
    pub zero: u64,
    count: usize,
    starts: Packed,
    lengths: Packed,
}

impl Cues {
    /// The cues of a file with one stretch for each chunk; a stretch is empty where nothing is shown.
    pub fn new(syntax: Syntax, zero: u64, stretches: &[ByteRange]) -> Self {
        let column = |value: fn(ByteRange) -> u64| {
            Packed::new(&stretches.iter().map(|&stretch| value(stretch)).collect::<Vec<_>>())
        };
        let (starts, lengths) = (column(ByteRange::start), column(ByteRange::length));
        Self { syntax, zero, count: stretches.len(), starts, lengths }
    }

    /// How many chunks there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Where the cues of the chunk at place `at` lie, from 0.
    pub fn range(&self, at: usize) -> Option<ByteRange> {
        if at >= self.count {
            return None;
        }
        ByteRange::with_length(self.starts.value(at)?, self.lengths.value(at)?)
    }

    /// The stretches of all chunks, in order.
    pub fn iter(&self) -> impl Iterator<Item = ByteRange> {
        (0..self.count).map_while(|at| self.range(at))
    }

    pub(super) fn encode(&self, out: &mut Writer) {
        out.u8(match self.syntax {
            Syntax::WebVtt => 0,
            Syntax::SubRip => 1,
            Syntax::Ttml => 2,
        });
        out.varint(self.zero);
        self.starts.encode(out);
        self.lengths.encode(out);
    }

    /// The cues of `count` chunks: as many as the stream's timeline has.
    pub(super) fn decode(from: &mut Reader<'_>, count: usize) -> Result<Self, FormatError> {
        let syntax = match from.u8()? {
            0 => Syntax::WebVtt,
            1 => Syntax::SubRip,
            2 => Syntax::Ttml,
            _ => return Err(FormatError::Malformed("a text file is of no known syntax")),
        };
        let zero = from.varint()?;
        let starts = Packed::decode(from, count)?;
        Ok(Self { syntax, zero, count, starts, lengths: Packed::decode(from, count)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn gives_back_what_went_in(
            zero: u64,
            stretches in prop::collection::vec((0u64..1 << 40, 0u64..1 << 22), 0..100),
        ) {
            let stretches = stretches.into_iter().map(|(start, length)| ByteRange::with_length(start, length).unwrap());
            let stretches: Vec<ByteRange> = stretches.collect();
            for syntax in [Syntax::WebVtt, Syntax::SubRip, Syntax::Ttml] {
                let cues = Cues::new(syntax, zero, &stretches);
                prop_assert_eq!(cues.iter().collect::<Vec<_>>(), stretches.clone());
                prop_assert_eq!(cues.range(stretches.len()), None);
                let mut out = Writer::default();
                cues.encode(&mut out);
                prop_assert_eq!(Cues::decode(&mut Reader::new(&out.out), stretches.len()).unwrap(), cues);
            }
        }
    }
}
