//! Runs of samples in a movie fragment.

use super::{BoxError, BoxRef};

/// A run of samples that lie behind each other (`ISO/IEC 14496-12` 8.8.8, `[MS-SSTR]` 2.2.4.8).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trun<'a> {
    /// Where the run's first byte lies, if it says.
    pub data_offset: Option<DataOffset>,
    /// How many samples there are; not to be trusted where they have no fields of their own.
    pub sample_count: u32,
    /// Flags of the run's first sample, where the samples have none of their own.
    pub first_sample_flags: Option<u32>,
    flags: u32,
    entries: &'a [u8],
}

/// `data_offset` of a `trun`, and where the field itself lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DataOffset {
    /// From the track fragment's base (the start of its `moof`, nearly always) to the first sample.
    pub value: i32,
    /// Where the field's four bytes begin in the slice that was parsed.
    pub at: usize,
}

/// The fields of one sample in a run. `tfhd` and `trex` say what it does not.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sample {
    /// Ticks.
    pub duration: Option<u32>,
    /// Bytes.
    pub size: Option<u32>,
    /// Dependencies, sync or not.
    pub flags: Option<u32>,
    /// Ticks from decoding to composition. Signed in version 1 only, by the letter; but encoders
    /// write negative ones into version 0, and no honest offset reaches 2^31.
    pub composition_offset: i32,
}

const DATA_OFFSET: u32 = 0x1;
const FIRST_SAMPLE_FLAGS: u32 = 0x4;
const DURATION: u32 = 0x100;
const SIZE: u32 = 0x200;
const FLAGS: u32 = 0x400;
const COMPOSITION_OFFSET: u32 = 0x800;

impl<'a> Trun<'a> {
    pub(super) fn parse(trun: &BoxRef<'a>) -> Result<Self, BoxError> {
        let mut fields = trun.fields();
        let (_, flags) = fields.known_version()?;
        let sample_count = fields.u32()?;
        let at = fields.at();
        let data_offset = match flags & DATA_OFFSET {
            0 => None,
            _ => Some(DataOffset { value: fields.i32()?, at }),
        };
        let first_sample_flags = match flags & FIRST_SAMPLE_FLAGS {
            0 => None,
            _ => Some(fields.u32()?),
        };
        let stated = usize::try_from(sample_count)
            .ok()
            .and_then(|count| count.checked_mul(entry_len(flags)))
            .ok_or(fields.error("it has too many samples"))?;
        let entries = fields.bytes(stated)?;
        Ok(Self { data_offset, sample_count, first_sample_flags, flags, entries })
    }

    /// The samples, where each has fields of its own; nothing where none has.
    pub fn samples(&self) -> impl Iterator<Item = Sample> + '_ {
        let entries = self.entries.chunks_exact(entry_len(self.flags).max(1));
        entries.enumerate().map(|(at, entry)| {
            let (words, _) = entry.as_chunks();
            let mut words = words.iter();
            let mut field = |flag| (self.flags & flag != 0).then(|| words.next()).flatten();
            let unsigned = |word: Option<&[u8; 4]>| word.map(|&word| u32::from_be_bytes(word));
            let first_flags = self.first_sample_flags.filter(|_| at == 0);
            Sample {
                duration: unsigned(field(DURATION)),
                size: unsigned(field(SIZE)),
                flags: unsigned(field(FLAGS)).or(first_flags),
                composition_offset: field(COMPOSITION_OFFSET)
                    .map_or(0, |&word| i32::from_be_bytes(word)),
            }
        })
    }

    /// The samples, as many as the run counts, which it may do without a word of any: its length is
    /// not to be trusted.
    pub fn counted(&self) -> impl Iterator<Item = Sample> + '_ {
        let silent = if self.entries.is_empty() { self.sample_count } else { 0 };
        let silent = (0..silent).map(|at| Sample {
            flags: self.first_sample_flags.filter(|_| at == 0),
            ..Sample::default()
        });
        self.samples().chain(silent)
    }

    /// Whether it has samples of which it does not say how long they last.
    pub fn lacks_durations(&self) -> bool {
        self.sample_count > 0 && self.flags & DURATION == 0
    }

    /// Whether it has samples of which it does not say how large they are.
    pub fn lacks_sizes(&self) -> bool {
        self.sample_count > 0 && self.flags & SIZE == 0
    }

    /// How long each sample lasts, `default` ticks unless it says otherwise.
    pub fn durations(&self, default: u32) -> impl Iterator<Item = u32> + '_ {
        self.counted().map(move |sample| sample.duration.unwrap_or(default))
    }

    /// Bytes of all samples together, each of `default` bytes unless it says otherwise.
    pub fn size(&self, default: u32) -> u64 {
        match self.flags & SIZE {
            0 => u64::from(self.sample_count).saturating_mul(u64::from(default)),
            _ => self.samples().filter_map(|sample| sample.size).map(u64::from).sum(),
        }
    }

    /// How long all samples last together, each `default` ticks unless it says otherwise.
    pub fn duration(&self, default: u32) -> u64 {
        match self.flags & DURATION {
            0 => u64::from(self.sample_count).saturating_mul(u64::from(default)),
            _ => self.samples().filter_map(|sample| sample.duration).map(u64::from).sum(),
        }
    }
}

/// Bytes of what a run with these flags says of each sample.
fn entry_len(flags: u32) -> usize {
    let fields = [DURATION, SIZE, FLAGS, COMPOSITION_OFFSET];
    4 * fields.iter().filter(|&field| flags & field != 0).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::full_boxed;

    fn words(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    #[test]
    fn composition_offsets_are_signed_in_either_version() {
        // Two samples of an Azure encoder's: version 0, the second's offset negative.
        let run = words(&[2, 651, 0x0200_0000, 416_400, 9000, 0, 416_400, 157, 0xfff9_a570]);
        for version in [0, 1] {
            let bytes = full_boxed(b"trun", version, 0xb05, &run);
            let trun = Trun::parse(&BoxRef::whole(&bytes, 0).unwrap()).unwrap();
            assert_eq!(trun.data_offset, Some(DataOffset { value: 651, at: 16 }));
            assert_eq!(trun.duration(0), 832_800);
            let samples: Vec<_> = trun.samples().collect();
            assert_eq!(samples.len(), 2);
            assert_eq!(samples[0].flags, Some(0x0200_0000));
            assert_eq!(samples[1].size, Some(157));
            assert_eq!(samples[1].flags, None);
            assert_eq!(samples[1].composition_offset, -416_400);
        }
    }

    #[test]
    fn a_count_without_fields_costs_nothing() {
        let bytes = full_boxed(b"trun", 0, 0, &words(&[u32::MAX]));
        let trun = Trun::parse(&BoxRef::whole(&bytes, 0).unwrap()).unwrap();
        assert_eq!(trun.samples().count(), 0);
        assert_eq!(trun.duration(u32::MAX), u64::from(u32::MAX) * u64::from(u32::MAX));
        assert_eq!(trun.data_offset, None);
    }

    #[test]
    fn more_samples_than_bytes_are_refused() {
        let bytes = full_boxed(b"trun", 0, DURATION, &words(&[2, 1000]));
        let error = Trun::parse(&BoxRef::whole(&bytes, 40).unwrap()).unwrap_err();
        assert_eq!(error.to_string(), "box 'trun' at 40: it ends within a field");
    }
}
