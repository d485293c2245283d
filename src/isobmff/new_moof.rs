//! A new `moof`, written: one `traf` of one run, as every client takes it.

use super::new_trun::{NewTrun, Shared};
use super::write::{FULL_HEADER, HEADER, WORD, boxed, container, full_box};
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
    /// `mfhd`, and `traf` of `tfhd`, `trun` and `tfxd` (`[MS-SSTR]` 2.2.4.1), or of `tfhd`, `tfdt`
    /// and `trun`; behind them what tells of encryption. `None` if a size does not fit its field.
    pub fn write(&self) -> Option<WrittenMoof> {
        let mdat_header = self.mdat_header()?;
        let run = NewTrun::of(self.samples, self.dialect);
        let (tfhd, mut trun) = (self.tfhd(run.shared)?, run.write()?);
        // The offset's value changes no length, so the box is measured with any.
        let data_offset = self.moof(&tfhd, &trun)?.len().checked_add(mdat_header.len())?;
        let place = trun.get_mut(NewTrun::DATA_OFFSET_AT..)?.first_chunk_mut()?;
        *place = i32::try_from(data_offset).ok()?.to_be_bytes();
        Some(WrittenMoof { moof: self.moof(&tfhd, &trun)?, mdat_header })
    }

    /// Bytes of the `moof` and of the header of the `mdat` behind it, where [`Self::write`] makes them.
    pub fn length(&self) -> Option<u64> {
        let run = NewTrun::of(self.samples, self.dialect);
        let Shared { duration, size, flags, .. } = run.shared;
        let defaults = [self.entry, duration, size, flags].iter().flatten().count();
        let (mfhd, tfhd) = (FULL_HEADER + WORD, FULL_HEADER + WORD * (1 + defaults));
        let times = match self.dialect {
            Dialect::Piff => Tfxd::write(self.chunk).count(),
            Dialect::Cmaf => FULL_HEADER + 2 * WORD,
        };
        let moof = run.length()?.checked_add(2 * HEADER + mfhd + tfhd + times)?;
        let encryption = match self.encryption {
            Some(encryption) => encryption.boxes(self.dialect, moof)?.len(),
            None => 0,
        };
        let front = moof.checked_add(encryption)?.checked_add(self.mdat_header()?.len())?;
        i32::try_from(front).ok().and_then(|front| u64::try_from(front).ok())
    }

    /// The header of an `mdat` of all samples: 32 bits hold its size, or 64 have to.
    fn mdat_header(&self) -> Option<Vec<u8>> {
        let payload: u64 = self.samples.iter().map(|sample| u64::from(sample.size)).sum();
        match u32::try_from(payload.checked_add(8)?) {
            Ok(size) => Some([&size.to_be_bytes(), &b"mdat"[..]].concat()),
            Err(_) => {
                let size = payload.checked_add(16)?.to_be_bytes();
                Some([&1u32.to_be_bytes(), &b"mdat"[..], &size].concat())
            }
        }
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

    fn tfhd(&self, shared: Shared) -> Option<Vec<u8>> {
        const SAMPLE_DESCRIPTION_INDEX: u32 = 0x2;
        const DEFAULT_SAMPLE_DURATION: u32 = 0x8;
        const DEFAULT_SAMPLE_SIZE: u32 = 0x10;
        const DEFAULT_SAMPLE_FLAGS: u32 = 0x20;
        const DEFAULT_BASE_IS_MOOF: u32 = 0x2_0000;
        let Shared { duration, size, flags, .. } = shared;
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
