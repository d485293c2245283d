//! Track fragments: what a `traf` says of the samples of one track in the `mdat` behind it.

use super::stbl::NON_SYNC;
use super::tfxd::TFXD;
use super::{BoxError, BoxRef, BoxType, EncryptionBoxes, Sample, Tfxd, Trun};
use std::ops::Range;

/// A track fragment (`ISO/IEC 14496-12` 8.8.6, `[MS-SSTR]` 2.2.4.3).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Traf<'a> {
    /// Where it lies in the `moof`'s bytes, header included.
    pub place: Range<usize>,
    /// `track_ID` (`ISO/IEC 14496-12` 8.8.7).
    pub track_id: u32,
    /// Which of the track's sample entries is its samples', from 1, unless the track says.
    pub sample_description_index: Option<u32>,
    /// `base_data_offset`: what data offsets count from, if not from the start of the `moof`.
    pub base_data_offset: Option<u64>,
    /// Whether data offsets count from the start of the `moof` if nothing is said otherwise. Else those of
    /// the first track fragment do, and those of others from where the data of the one before it ends.
    pub base_is_moof: bool,
    /// Ticks of a sample, unless its run says otherwise.
    pub default_sample_duration: Option<u32>,
    /// Bytes of a sample, unless its run says otherwise.
    pub default_sample_size: Option<u32>,
    /// Dependencies of a sample, unless its run says otherwise.
    pub default_sample_flags: Option<u32>,
    /// What says how its samples are encrypted.
    pub encryption: EncryptionBoxes<'a>,
    /// When the first sample is decoded (`tfdt`, `ISO/IEC 14496-12` 8.8.12).
    pub tfdt: Option<u64>,
    /// When the fragment starts and how long it lasts, as PIFF says it (`tfxd`).
    pub tfxd: Option<Tfxd>,
    /// The runs of samples.
    pub truns: Vec<Trun<'a>>,
}

impl<'a> Traf<'a> {
    /// The track fragment that is this `traf`.
    pub(super) fn parse(traf: &BoxRef<'a>) -> Result<Self, BoxError> {
        let header = TrackHeader::parse(&traf.expect(b"tfhd", "it has no 'tfhd'")?)?;
        let mut this = Self {
            place: traf.place(),
            track_id: header.track_id,
            sample_description_index: header.sample_description_index,
            base_data_offset: header.base_data_offset,
            base_is_moof: header.base_is_moof,
            default_sample_duration: header.default_sample_duration,
            default_sample_size: header.default_sample_size,
            default_sample_flags: header.default_sample_flags,
            encryption: EncryptionBoxes::default(),
            tfdt: None,
            tfxd: None,
            truns: Vec::new(),
        };
        for child in traf.children() {
            let child = child?;
            match child.kind() {
                BoxType::Code(code) if code == *b"trun" => this.truns.push(Trun::parse(&child)?),
                BoxType::Code(code) if code == *b"tfdt" => {
                    let mut fields = child.fields();
                    let (version, _) = fields.known_version()?;
                    this.tfdt = Some(fields.sized(version)?);
                }
                TFXD => this.tfxd = Some(Tfxd::parse(&child)?),
                _ => this.encryption.take(&child)?,
            }
        }
        Ok(this)
    }

    /// Whether decoding can begin with its first sample, where `trex_default` are the track's default
    /// `sample_flags` (`ISO/IEC 14496-12` 8.8.3.1); true if it has no sample.
    pub fn begins_with_sync(&self, trex_default: u32) -> bool {
        let first = self.truns.iter().find_map(|run| run.counted().next());
        let flags = |first: Sample| first.flags.or(self.default_sample_flags);
        first.is_none_or(|first| flags(first).unwrap_or(trex_default) & NON_SYNC == 0)
    }

    /// Whether its runs have no samples.
    pub fn is_empty(&self) -> bool {
        self.truns.iter().all(|run| run.sample_count == 0)
    }

    /// Whether its samples lie in several runs, or in one that does not say where: clients of Smooth Streaming
    /// take one that does (`[MS-SSTR]` 2.2.4.8).
    pub fn is_divided(&self) -> bool {
        match self.truns.as_slice() {
            [] => false,
            [only] => only.data_offset.is_none(),
            _ => true,
        }
    }

    /// Whether it has samples of which only the track says how long they last.
    pub fn lacks_durations(&self) -> bool {
        self.default_sample_duration.is_none() && self.truns.iter().any(Trun::lacks_durations)
    }

    /// Whether it has samples of which only the track says how large they are.
    pub fn lacks_sizes(&self) -> bool {
        self.default_sample_size.is_none() && self.truns.iter().any(Trun::lacks_sizes)
    }

    /// Whether the fragment carries its own start time, which some players cannot do without.
    pub fn is_timed(&self) -> bool {
        self.tfxd.is_some() || self.tfdt.is_some()
    }

    /// How long each of its samples lasts, where `trex_default` is the track's default. As many as
    /// its runs count, which they may do without a word of any.
    pub fn durations(&self, trex_default: u32) -> impl Iterator<Item = u32> + '_ {
        let default = self.default_sample_duration.unwrap_or(trex_default);
        self.truns.iter().flat_map(move |run| run.durations(default))
    }

    /// Where its samples end whose data offsets count from `base`; `None` beyond 2^64.
    pub(super) fn data_end(&self, base: u64) -> Option<u64> {
        let default = self.default_sample_size.unwrap_or(0);
        self.truns.iter().try_fold(base, |end, run| {
            let start = match run.data_offset {
                Some(offset) => base.checked_add_signed(offset.value.into())?,
                None => end,
            };
            start.checked_add(run.size(default))
        })
    }

    /// Bytes of its samples together, as far as its runs or its own defaults say.
    pub fn samples_size(&self) -> u64 {
        let default = self.default_sample_size.unwrap_or(0);
        self.truns.iter().map(|run| run.size(default)).fold(0, u64::saturating_add)
    }

    /// How long its samples last together by its runs, where `trex_default` is the track's default
    /// (`ISO/IEC 14496-12` 8.8.3); `None` beyond 2^64.
    pub fn samples_duration(&self, trex_default: u32) -> Option<u64> {
        let default = self.default_sample_duration.unwrap_or(trex_default);
        self.truns.iter().try_fold(0u64, |sum, run| sum.checked_add(run.duration(default)))
    }
}

/// The fields of a `tfhd` that are used (`ISO/IEC 14496-12` 8.8.7, `[MS-SSTR]` 2.2.4.6).
struct TrackHeader {
    track_id: u32,
    base_data_offset: Option<u64>,
    base_is_moof: bool,
    sample_description_index: Option<u32>,
    default_sample_duration: Option<u32>,
    default_sample_size: Option<u32>,
    default_sample_flags: Option<u32>,
}

impl TrackHeader {
    fn parse(tfhd: &BoxRef<'_>) -> Result<Self, BoxError> {
        const BASE_DATA_OFFSET: u32 = 0x1;
        const SAMPLE_DESCRIPTION_INDEX: u32 = 0x2;
        const DEFAULT_SAMPLE_DURATION: u32 = 0x8;
        const DEFAULT_SAMPLE_SIZE: u32 = 0x10;
        const DEFAULT_SAMPLE_FLAGS: u32 = 0x20;
        const DEFAULT_BASE_IS_MOOF: u32 = 0x2_0000;
        let mut fields = tfhd.fields();
        let (_, flags) = fields.version_and_flags()?;
        let track_id = fields.u32()?;
        let base_data_offset = match flags & BASE_DATA_OFFSET {
            0 => None,
            _ => Some(fields.u64()?),
        };
        let mut default = |flag| match flags & flag {
            0 => Ok(None),
            _ => fields.u32().map(Some),
        };
        Ok(Self {
            track_id,
            base_data_offset,
            base_is_moof: flags & DEFAULT_BASE_IS_MOOF != 0,
            sample_description_index: default(SAMPLE_DESCRIPTION_INDEX)?,
            default_sample_duration: default(DEFAULT_SAMPLE_DURATION)?,
            default_sample_size: default(DEFAULT_SAMPLE_SIZE)?,
            default_sample_flags: default(DEFAULT_SAMPLE_FLAGS)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::isobmff::Moof;
    use crate::media::{Piece, boxed, full_boxed};

    #[test]
    fn durations_come_from_the_run_else_tfhd_else_trex() {
        let of = |piece: Piece| {
            let bytes = piece.moof();
            let moof = Moof::parse(&bytes, 0).unwrap();
            let traf = moof.only_traf().unwrap();
            let sum = traf.durations(100).map(u64::from).sum();
            assert_eq!(traf.samples_duration(100), Some(sum));
            Some(sum)
        };
        let piece = || Piece { durations: vec![10, 20, 30], ..Piece::of(1, 3) };
        assert_eq!(of(piece()), Some(60));
        assert_eq!(of(Piece { durations: vec![], ..piece() }), Some(300));
        let default = Piece { durations: vec![], default_duration: Some(7), ..piece() };
        assert_eq!(of(default), Some(21));
    }

    #[test]
    fn says_what_it_leaves_to_the_track_and_in_how_many_runs() {
        let words =
            |words: &[u32]| words.iter().flat_map(|it| it.to_be_bytes()).collect::<Vec<_>>();
        let of = |tfhd: (u32, &[u32]), runs: &[(u32, &[u32])]| {
            let full =
                |kind, (flags, fields): (u32, &[u32])| full_boxed(kind, 0, flags, &words(fields));
            let runs: Vec<_> = runs.iter().map(|&run| full(b"trun", run)).collect();
            let traf = boxed(b"traf", &[full(b"tfhd", tfhd), runs.concat()].concat());
            let mfhd = full_boxed(b"mfhd", 0, 0, &words(&[1]));
            let bytes = boxed(b"moof", &[mfhd, traf].concat());
            let moof = Moof::parse(&bytes, 0).unwrap();
            let traf = moof.only_traf().unwrap();
            (traf.is_divided(), traf.lacks_durations(), traf.lacks_sizes())
        };
        let whole = (0x301, &[1, 90, 10, 20][..]);
        assert_eq!(of((0, &[1]), &[whole]), (false, false, false));
        assert_eq!(of((0, &[1]), &[(0x1, &[1, 90])]), (false, true, true));
        assert_eq!(of((0x18, &[1, 10, 20]), &[(0x1, &[1, 90])]), (false, false, false));
        assert_eq!(of((0, &[1]), &[(0x300, &[1, 10, 20])]), (true, false, false));
        assert_eq!(of((0, &[1]), &[whole, (0, &[0])]), (true, false, false));
        assert_eq!(of((0, &[1]), &[]), (false, false, false));
    }
}
