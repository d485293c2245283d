//! A new `moof`, written: one `traf` of one run, as every client takes it.

use super::write::{boxed, container, full_box};
use super::{Dialect, SampleEncryption, Tfxd};
use crate::base::chunk::Chunk;
use crate::base::sample::Sample;

/// A movie fragment of one track, to be written.
#[derive(Clone, Copy, Debug)]
pub struct NewMoof<'a> {
    /// Who reads it.
    pub dialect: Dialect,
    /// Counts the fragments of the track, from 1 (`ISO/IEC 14496-12` 8.8.5).
    pub sequence_number: u32,
    /// The track in its init segment, or in its file.
    pub track_id: u32,
    /// Which of the sample entries in its init segment is its samples', from 1, if that is not the first.
    pub entry: Option<u32>,
    /// When it plays, in the ticks of the samples.
    pub chunk: Chunk,
    /// Its samples in the order of decoding.
    pub samples: &'a [Sample],
    /// How they are encrypted, if they are.
    pub encryption: Option<&'a SampleEncryption<'a>>,
}

/// A `moof` as it is written, and the header of the `mdat` behind it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WrittenMoof {
    /// The whole `moof` box.
    pub moof: Vec<u8>,
    mdat_header: Vec<u8>,
}

impl WrittenMoof {
    /// The `moof` and the header of the `mdat` behind it.
    pub fn with_mdat_header(self) -> Vec<u8> {
        [self.moof, self.mdat_header].concat()
    }
}

impl NewMoof<'_> {
    /// Where the data offset stands in a `trun`: behind the header, version and flags, and the count.
    const DATA_OFFSET_IN_TRUN: usize = 16;

    /// `mfhd`, and `traf` of `tfhd`, `trun` and `tfxd` (`[MS-SSTR]` 2.2.4.1), or of `tfhd`, `tfdt`
    /// and `trun`; behind them what tells of encryption. `None` if a size does not fit its field.
    pub fn write(&self) -> Option<WrittenMoof> {
        let mdat_header = self.mdat_header()?;
        let (tfhd, mut trun) = (self.tfhd()?, self.trun()?);
        // The offset's value changes no length, so the box is measured with any.
        let data_offset = self.moof(&tfhd, &trun)?.len().checked_add(mdat_header.len())?;
        let place = trun.get_mut(Self::DATA_OFFSET_IN_TRUN..)?.first_chunk_mut()?;
        *place = i32::try_from(data_offset).ok()?.to_be_bytes();
        Some(WrittenMoof { moof: self.moof(&tfhd, &trun)?, mdat_header })
    }

    /// Bytes of the `moof` and of the header of the `mdat` behind it, where [`Self::write`] makes them.
    pub fn length(&self) -> Option<u64> {
        const WORD: usize = 4;
        const HEADER: usize = 8;
        const FULL_HEADER: usize = HEADER + WORD;
        let shared = self.shared();
        let said = [self.entry, shared.duration, shared.size, shared.flags];
        let defaults = said.iter().flatten().count();
        let (mfhd, tfhd) = (FULL_HEADER + WORD, FULL_HEADER + WORD * (1 + defaults));
        let first_flags = if shared.first_flags.is_some() { WORD } else { 0 };
        let rows = self.samples.len().checked_mul(WORD * self.columns(shared).count())?;
        let trun = rows.checked_add(FULL_HEADER + 2 * WORD + first_flags)?;
        let times = match self.dialect {
            Dialect::Piff => Tfxd::write(self.chunk).count(),
            Dialect::Cmaf => FULL_HEADER + 2 * WORD,
        };
        let moof = trun.checked_add(2 * HEADER + mfhd + tfhd + times)?;
        let encryption = match self.encryption {
            Some(encryption) => encryption.boxes(self.dialect, moof)?.len(),
            None => 0,
        };
        let front = moof.checked_add(encryption)?.checked_add(self.mdat_header()?.len())?;
        i32::try_from(front).ok().and_then(|front| u64::try_from(front).ok())
    }

    /// The header of an `mdat` of all samples: 32 bits hold its size, or 64 have to.
    fn mdat_header(&self) -> Option<Vec<u8>> {
        let payload: u64 = self.samples().map(|sample| u64::from(sample.size)).sum();
        match u32::try_from(payload.checked_add(8)?) {
            Ok(size) => Some([&size.to_be_bytes(), &b"mdat"[..]].concat()),
            Err(_) => {
                let size = payload.checked_add(16)?.to_be_bytes();
                Some([&1u32.to_be_bytes(), &b"mdat"[..], &size].concat())
            }
        }
    }

    fn samples(&self) -> impl Iterator<Item = Sample> {
        self.samples.iter().copied()
    }

    /// The whole box, with these boxes in its `traf`.
    fn moof(&self, tfhd: &[u8], trun: &[u8]) -> Option<Vec<u8>> {
        const HEADERS_OF_MOOF_AND_TRAF: usize = 16;
        let mfhd = full_box(b"mfhd", 0, &[self.sequence_number])?;
        let mut traf = match self.dialect {
            Dialect::Piff => [tfhd, trun, &Tfxd::write(self.chunk).collect::<Vec<u8>>()].concat(),
            Dialect::Cmaf => [tfhd, &self.tfdt()?, trun].concat(),
        };
        if let Some(encryption) = self.encryption {
            let at = HEADERS_OF_MOOF_AND_TRAF.checked_add(mfhd.len())?.checked_add(traf.len())?;
            traf.extend(encryption.boxes(self.dialect, at)?);
        }
        container(b"moof", [Some(mfhd), boxed(b"traf", &traf)])
    }

    fn tfhd(&self) -> Option<Vec<u8>> {
        const SAMPLE_DESCRIPTION_INDEX: u32 = 0x2;
        const DEFAULT_SAMPLE_DURATION: u32 = 0x8;
        const DEFAULT_SAMPLE_SIZE: u32 = 0x10;
        const DEFAULT_SAMPLE_FLAGS: u32 = 0x20;
        const DEFAULT_BASE_IS_MOOF: u32 = 0x2_0000;
        let Shared { duration, size, flags, .. } = self.shared();
        let defaults = [
            (SAMPLE_DESCRIPTION_INDEX, self.entry),
            (DEFAULT_SAMPLE_DURATION, duration),
            (DEFAULT_SAMPLE_SIZE, size),
            (DEFAULT_SAMPLE_FLAGS, flags),
        ];
        let base = if self.dialect == Dialect::Cmaf { DEFAULT_BASE_IS_MOOF } else { 0 };
        let (mut said, mut fields) = (base, vec![self.track_id]);
        for (flag, default) in defaults {
            said |= default.map_or(0, |_| flag);
            fields.extend(default);
        }
        full_box(b"tfhd", said, &fields)
    }

    fn tfdt(&self) -> Option<Vec<u8>> {
        let version_1 = [1, 0, 0, 0];
        boxed(b"tfdt", &[&version_1[..], &self.chunk.start.to_be_bytes()].concat())
    }

    /// The run, with a data offset of 0.
    fn trun(&self) -> Option<Vec<u8>> {
        const VERSION_1: u32 = 1 << 24;
        const DATA_OFFSET: u32 = 0x1;
        const FIRST_SAMPLE_FLAGS: u32 = 0x4;
        const DURATIONS: u32 = 0x100;
        const SIZES: u32 = 0x200;
        const FLAGS: u32 = 0x400;
        const COMPOSITION_OFFSETS: u32 = 0x800;
        let shared = self.shared();
        let Columns { durations, sizes, flags, composition_offsets } = self.columns(shared);
        let there = [
            (FIRST_SAMPLE_FLAGS, shared.first_flags.is_some()),
            (DURATIONS, durations),
            (SIZES, sizes),
            (FLAGS, flags),
            (COMPOSITION_OFFSETS, composition_offsets),
        ];
        let there = there.into_iter().filter(|(_, is_there)| *is_there);
        let said = there.fold(VERSION_1 | DATA_OFFSET, |said, (flag, _)| said | flag);
        let count = u32::try_from(self.samples.len()).ok()?;
        let mut fields = vec![count, 0];
        fields.extend(shared.first_flags);
        for sample in self.samples() {
            fields.extend(durations.then_some(sample.duration));
            fields.extend(sizes.then_some(sample.size));
            fields.extend(flags.then_some(sample.flags));
            fields.extend(composition_offsets.then(|| sample.composition_offset.cast_unsigned()));
        }
        full_box(b"trun", said, &fields)
    }

    /// What is said of each sample by itself.
    fn columns(&self, shared: Shared) -> Columns {
        Columns {
            durations: shared.duration.is_none(),
            sizes: shared.size.is_none(),
            flags: shared.flags.is_none(),
            composition_offsets: self.samples().any(|sample| sample.composition_offset != 0),
        }
    }

    /// What need not be said of each sample: in CMAF all that does not differ, so that a new `moof`
    /// is hardly ever longer than the stored one that it is made of. In Smooth Streaming flags alone:
    /// Silverlight refuses a default size, and Windows Media Player stumbles over a default duration.
    fn shared(&self) -> Shared {
        let of = |field: fn(Sample) -> u32| same(self.samples().map(field));
        let flags = of(|sample| sample.flags);
        if self.dialect == Dialect::Piff {
            return Shared { flags, ..Shared::default() };
        }
        let first = self.samples().next().map(|first| first.flags);
        let others = same(self.samples().skip(1).map(|sample| sample.flags));
        Shared {
            duration: of(|sample| sample.duration),
            size: of(|sample| sample.size),
            first_flags: first.filter(|_| flags.is_none() && others.is_some()),
            flags: flags.or(others),
        }
    }
}

/// The fields that each sample has in a `trun`.
#[derive(Clone, Copy)]
struct Columns {
    durations: bool,
    sizes: bool,
    flags: bool,
    composition_offsets: bool,
}

impl Columns {
    fn count(self) -> usize {
        let Self { durations, sizes, flags, composition_offsets } = self;
        [durations, sizes, flags, composition_offsets].iter().filter(|is_there| **is_there).count()
    }
}

/// What all samples of a fragment have in common.
#[derive(Clone, Copy, Default)]
struct Shared {
    duration: Option<u32>,
    size: Option<u32>,
    /// Of all samples, or of all but the first.
    flags: Option<u32>,
    /// Of the first, if it alone has others.
    first_flags: Option<u32>,
}

/// What all of them are, if that is the same.
fn same(mut fields: impl Iterator<Item = u32>) -> Option<u32> {
    let first = fields.next()?;
    fields.all(|field| field == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sample() -> impl Strategy<Value = Sample> {
        let flags = prop_oneof![Just(0x0200_0000), Just(0x0101_0000)];
        let fields = (prop_oneof![3 => 0u32..3, 1 => any::<u32>()], 40u32..42, -1i32..2, flags);
        fields.prop_map(|(size, duration, composition_offset, flags)| Sample {
            size,
            duration,
            composition_offset,
            flags,
        })
    }

    proptest! {
        #[test]
        fn is_as_long_as_it_says_it_will_be(
            samples in prop::collection::vec(sample(), 0..6),
            is_piff: bool,
            has_entry: bool,
        ) {
            let dialect = if is_piff { Dialect::Piff } else { Dialect::Cmaf };
            let chunk = Chunk { start: 7, duration: 40 };
            let moof = NewMoof {
                dialect,
                sequence_number: 3,
                track_id: 1,
                entry: has_entry.then_some(2),
                chunk,
                samples: &samples,
                encryption: None,
            };
            let written = moof.write().map(|written| written.with_mdat_header().len());
            prop_assert_eq!(moof.length(), written.map(|len| u64::try_from(len).unwrap()));
        }
    }
}
