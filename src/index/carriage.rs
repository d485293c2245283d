//! The ways in which the stored fragments of a track come to clients.

use super::wire::{FormatError, Reader, Writer};
use crate::base::time::Timescale;

/// The treatment of the stored fragments of a track for clients of Smooth Streaming.
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
    /// Whether samples lie in several runs, or in one that does not say where.
    pub is_divided: bool,
    /// Whether the last `mdat` says no size, as the end of the file is its own.
    pub is_endless: bool,
    /// What the `moov` says of samples and fragments do not.
    pub defaults: Defaults,
}

/// What is true of each sample of a track of which its fragment says nothing else (`trex`, `ISO/IEC 14496-12` 8.8.3); 0 if
/// nothing is said, or all fragments say it themselves.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Defaults {
    /// How long it lasts, in ticks of the file.
    pub duration: u32,
    /// Bytes of it.
    pub size: u32,
}

impl Rewriting {
    /// The rewriting of a track that needs none, in a file of this timescale.
    pub fn none(timescale: Timescale) -> Self {
        Self {
            timescale,
            early: 0,
            is_edited: false,
            is_shared: false,
            has_absolute_offsets: false,
            is_divided: false,
            is_endless: false,
            defaults: Defaults::default(),
        }
    }

    /// Why fragments cannot be sent as they are stored, in a stream of this timescale; nothing if they can.
    pub fn reasons(self, stream: Timescale) -> impl Iterator<Item = &'static str> {
        let reasons = [
            (self.is_edited, "edit list"),
            (self.is_shared, "several tracks in a moof"),
            (self.has_absolute_offsets, "offsets from the start of the file"),
            (self.is_divided, "several runs of samples, or one without an offset"),
            (self.is_endless, "an mdat without a size"),
            (self.has_defaults(), "defaults of the moov"),
            (self.timescale != stream, "another timescale than the stream's"),
        ];
        reasons.into_iter().filter_map(|(applies, reason)| applies.then_some(reason))
    }

    fn has_defaults(self) -> bool {
        self.defaults != Defaults::default()
    }

    pub(super) fn encode(self, out: &mut Writer) {
        let flags = [
            self.is_edited,
            self.is_shared,
            self.has_absolute_offsets,
            self.is_divided,
            self.is_endless,
            self.has_defaults(),
        ];
        let bits = flags.iter().rev().fold(0u8, |bits, &flag| bits << 1 | u8::from(flag));
        out.u8(bits);
        out.varint(self.timescale.ticks_per_second().into());
        out.varint(self.early);
        if self.has_defaults() {
            out.varint(self.defaults.duration.into());
            out.varint(self.defaults.size.into());
        }
    }

    pub(super) fn decode(from: &mut Reader<'_>) -> Result<Self, FormatError> {
        let bits = from.u8()?;
        if bits > 63 {
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
            is_divided: bits & 8 != 0,
            is_endless: bits & 16 != 0,
            defaults: match bits & 32 {
                0 => Defaults::default(),
                _ => Defaults { duration: from.narrow()?, size: from.narrow()? },
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_back_what_went_in() {
        for bits in 0..64u8 {
            let has_defaults = bits & 32 != 0;
            let duration = if has_defaults { 1024 } else { 0 };
            let rewriting = Rewriting {
                timescale: Timescale::new(12_800).unwrap(),
                early: 1024,
                is_edited: bits & 1 != 0,
                is_shared: bits & 2 != 0,
                has_absolute_offsets: bits & 4 != 0,
                is_divided: bits & 8 != 0,
                is_endless: bits & 16 != 0,
                defaults: Defaults { duration, size: 0 },
            };
            let mut out = Writer::default();
            rewriting.encode(&mut out);
            let defaults = if has_defaults { &[0x80, 0x08, 0][..] } else { &[] };
            assert_eq!(out.out, [&[bits, 0x80, 0x64, 0x80, 0x08], defaults].concat());
            assert_eq!(Rewriting::decode(&mut Reader::new(&out.out)).unwrap(), rewriting);
        }
        assert!(Rewriting::decode(&mut Reader::new(&[64, 1, 0])).is_err());
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
