//! How the stored fragments of a track come to clients.

use super::wire::{FormatError, Reader, Writer};
use crate::base::time::Timescale;

/// What is done to the stored fragments of a track for clients of Smooth Streaming.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Carriage {
    /// They are sent as they are stored.
    Stored {
        /// Whether they carry their own start time (`tfxd` or `tfdt`).
        timed: bool,
    },
    /// Each gets a new `moof` when it is asked for, and nothing but this track's samples.
    Rewritten(Rewriting),
}

impl Carriage {
    /// Whether the stored fragments hold samples of other tracks too.
    pub fn is_shared(self) -> bool {
        matches!(self, Self::Rewritten(Rewriting { is_shared: true, .. }))
    }
}

/// Why fragments are rewritten, and what it takes to do so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rewriting {
    /// Ticks a second of the file, which may be others than the stream's.
    pub timescale: Timescale,
    /// How many ticks of the file come before what its edit list shows first. The init segment has them
    /// in an edit list of its own; for Smooth Streaming, which has none, video is composed that much
    /// earlier, and that much audio is left out of the first fragment.
    pub early: u64,
    /// Whether an edit list moves the track.
    pub is_edited: bool,
    /// Whether fragments hold samples of other tracks too.
    pub is_shared: bool,
    /// Whether data offsets count from the start of the file.
    pub has_absolute_offsets: bool,
}

impl Rewriting {
    /// Of a track that needs none, in a file of this timescale.
    pub fn none(timescale: Timescale) -> Self {
        let (is_edited, is_shared, has_absolute_offsets) = Default::default();
        Self { timescale, early: 0, is_edited, is_shared, has_absolute_offsets }
    }

    /// Why fragments cannot be sent as they are stored, in a stream of this timescale; nothing if they can.
    pub fn reasons(self, stream: Timescale) -> impl Iterator<Item = &'static str> {
        let reasons = [
            (self.is_edited, "edit list"),
            (self.is_shared, "several tracks in a moof"),
            (self.has_absolute_offsets, "offsets from the start of the file"),
            (self.timescale != stream, "another timescale than the stream's"),
        ];
        reasons.into_iter().filter_map(|(applies, reason)| applies.then_some(reason))
    }

    pub(super) fn encode(self, out: &mut Writer) {
        let flags = [self.is_edited, self.is_shared, self.has_absolute_offsets];
        let bits = flags.iter().rev().fold(0u8, |bits, &flag| bits << 1 | u8::from(flag));
        out.u8(bits);
        out.varint(self.timescale.ticks_per_second().into());
        out.varint(self.early);
    }

    pub(super) fn decode(from: &mut Reader<'_>) -> Result<Self, FormatError> {
        let bits = from.u8()?;
        if bits > 7 {
            return Err(FormatError::Malformed("fragments are rewritten for no known reason"));
        }
        let timescale =
            Timescale::new(from.narrow()?).ok_or(FormatError::Malformed("a timescale is zero"))?;
        Ok(Self {
            timescale,
            early: from.varint()?,
            is_edited: bits & 1 != 0,
            is_shared: bits & 2 != 0,
            has_absolute_offsets: bits & 4 != 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_back_what_went_in() {
        for bits in 0..8u8 {
            let rewriting = Rewriting {
                timescale: Timescale::new(12_800).unwrap(),
                early: 1024,
                is_edited: bits & 1 != 0,
                is_shared: bits & 2 != 0,
                has_absolute_offsets: bits & 4 != 0,
            };
            let mut out = Writer::default();
            rewriting.encode(&mut out);
            assert_eq!(out.out, [bits, 0x80, 0x64, 0x80, 0x08]);
            assert_eq!(Rewriting::decode(&mut Reader::new(&out.out)).unwrap(), rewriting);
        }
        assert!(Rewriting::decode(&mut Reader::new(&[8, 1, 0])).is_err());
        assert!(Rewriting::decode(&mut Reader::new(&[0, 0, 0])).is_err());
    }

    #[test]
    fn says_why() {
        let none = Rewriting::none(Timescale::SMOOTH);
        assert_eq!(none.reasons(Timescale::SMOOTH).next(), None);
        let some = Rewriting { is_shared: true, ..none };
        let reasons: Vec<_> = some.reasons(Timescale::new(1000).unwrap()).collect();
        assert_eq!(reasons, ["several tracks in a moof", "another timescale than the stream's"]);
    }
}
