//! Fragments that are stored nowhere: a `moof` from the sample tables of a progressive MP4, and the
//! samples from where they lie in it.

use super::placed::{self, Placed};
use super::retime::{self, Retimed, Retiming};
use super::{FragmentError, Located, MakeError, Parts, Read};
use crate::base::chunk::Chunk;
use crate::base::range::ByteRange;
use crate::base::sample::Sample;
use crate::base::time::Timescale;
use crate::index::{SampledFragment, StreamKind};
use crate::isobmff::{Dialect, NewMoof, TRACK_ID};
use crate::url::Noun;

/// How an answer is made from samples.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Synthesis {
    /// What of the fragment is wanted.
    pub noun: Noun,
    /// Counts the fragments of the track, from 1 (`ISO/IEC 14496-12` 8.8.5).
    pub sequence_number: u32,
    /// The track in its file.
    pub track_id: u32,
    /// What the track is of.
    pub kind: StreamKind,
    /// When the fragment plays, in ticks of [`Timescale::SMOOTH`], which are those that are written.
    pub chunk: Chunk,
    /// Ticks a second of what is known of the samples.
    pub timescale: Timescale,
    /// How many of those come before what is shown first.
    pub early: u64,
}

impl Synthesis {
    /// How to answer for `noun` of a fragment of whose samples so many ticks make a second, with so many
    /// `early` before what is shown first.
    pub fn new(noun: Noun, located: &Located<'_>, (timescale, early): (Timescale, u64)) -> Self {
        let sequence_number = u32::try_from(located.number).unwrap_or(u32::MAX).saturating_add(1);
        let (track_id, kind, chunk) = (located.track.track_id, located.stream.kind, located.chunk);
        Self { noun, sequence_number, track_id, kind, chunk, timescale, early }
    }

    /// Whether all samples of the fragment are sent, so that the reads which give them are known before the
    /// samples are.
    pub fn is_of_all_samples(self) -> bool {
        match self.noun {
            Noun::Segment => true,
            Noun::Fragments | Noun::RawFragments => !self.retiming().hides_audio(),
            Noun::FragmentInfo | Noun::KeyFrames | Noun::KeySegment | Noun::WebVtt => false,
        }
    }

    /// Distinguishes answers of different bytes that are of the same fragment.
    pub fn tag(self) -> &'static str {
        match self.noun {
            Noun::Fragments => "",
            Noun::FragmentInfo => "-i",
            Noun::RawFragments => "-r",
            Noun::KeyFrames => "-k",
            Noun::Segment | Noun::WebVtt => "-c",
            Noun::KeySegment => "-ck",
        }
    }

    /// The parts of the answer.
    pub fn parts(self, fragment: &SampledFragment) -> Result<Parts, MakeError> {
        self.parts_of(self.retimed(fragment)?)
    }

    fn parts_of(self, retimed: Retimed) -> Result<Parts, MakeError> {
        let Retimed { mut chunk, mut samples, .. } = retimed;
        match self.noun {
            Noun::KeyFrames => (chunk, samples) = placed::key_frames(samples, chunk)?,
            Noun::KeySegment => samples = vec![placed::key_frame(&samples, chunk)?.1],
            Noun::RawFragments => return Ok(placed::behind(Parts::default(), &samples)),
            Noun::Fragments | Noun::FragmentInfo | Noun::Segment | Noun::WebVtt => {}
        }
        self.parts_of_placed(chunk, &samples)
    }

    /// The `moof` of these samples, and they behind it.
    fn parts_of_placed(self, chunk: Chunk, samples: &[Placed]) -> Result<Parts, MakeError> {
        let moof = placed::written(self.moof(chunk, &placed::samples(samples)))?;
        Ok(match self.noun {
            Noun::FragmentInfo => Parts::generated(moof.moof),
            _ => placed::behind(Parts::generated(moof.with_mdat_header()), samples),
        })
    }

    /// Bytes of these samples and of their `moof`, where both are sent.
    fn length(self, chunk: Chunk, samples: &[Placed]) -> Result<u64, MakeError> {
        let front = placed::length(&self.moof(chunk, &placed::samples(samples)))?;
        let stored = samples.iter().map(|placed| placed.range.length());
        Ok(stored.fold(front, u64::saturating_add))
    }

    fn moof(self, chunk: Chunk, samples: &[Sample]) -> NewMoof<'_> {
        let (dialect, sequence_number) = (self.dialect(), self.sequence_number);
        let track_id = if dialect == Dialect::Cmaf { TRACK_ID } else { self.track_id };
        let (entry, encryption) = (None, None);
        NewMoof { dialect, sequence_number, track_id, entry, chunk, samples, encryption }
    }

    fn dialect(self) -> Dialect {
        match self.noun {
            Noun::Segment | Noun::KeySegment | Noun::WebVtt => Dialect::Cmaf,
            Noun::Fragments | Noun::FragmentInfo | Noun::RawFragments | Noun::KeyFrames => {
                Dialect::Piff
            }
        }
    }

    /// The samples with the times that they are sent with, the last of which ends with the chunk.
    fn retimed(self, fragment: &SampledFragment) -> Result<Retimed, FragmentError> {
        let mut retimed = self.retiming().samples(self.dialect(), &stored(fragment)?)?;
        if let Some(last) = retimed.samples.last_mut() {
            self.end_with_chunk(last);
        }
        Ok(retimed)
    }

    fn retiming(self) -> Retiming {
        let Self { kind, chunk, timescale: file, early, .. } = self;
        let (is_first, timescale) = (self.sequence_number == 1, Timescale::SMOOTH);
        Retiming { file, early, kind, chunk, is_first, timescale }
    }

    /// Lets a fragment's last sample end where its chunk does, if they are but a rounding apart.
    fn end_with_chunk(self, last: &mut Placed) {
        let lasts = self.chunk.duration.checked_sub(last.at).and_then(|it| u32::try_from(it).ok());
        if let Some(lasts) = lasts.filter(|&it| it > 0 && it.abs_diff(last.sample.duration) <= 1) {
            last.sample.duration = lasts;
        }
    }
}

/// How many bytes clients of HLS and DASH are sent of a fragment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lengths {
    /// As a segment.
    pub segment: u64,
    /// As a segment of its first keyframe; 0 if it has none.
    pub key_frame: u64,
}

/// What is learnt of a fragment by making it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checked {
    /// How many bytes clients are sent.
    pub lengths: Lengths,
    /// The reads that give all its samples.
    pub reads: Vec<ByteRange>,
}

/// Checks that a `fragment` can be sent by `synthesis`: that its times fit the boxes they are written to,
/// and that few reads give its bytes in their order.
pub fn check(fragment: &SampledFragment, synthesis: Synthesis) -> Result<Checked, MakeError> {
    let [segment, key_segment] =
        [Noun::Segment, Noun::KeySegment].map(|noun| Synthesis { noun, ..synthesis });
    let Retimed { chunk, samples, .. } = segment.retimed(fragment)?;
    let key_frame = placed::key_frame(&samples, chunk)
        .and_then(|(_, key_frame)| key_segment.length(chunk, &[key_frame]));
    let segment = segment.length(chunk, &samples)?;
    let lengths = Lengths { segment, key_frame: key_frame.unwrap_or(0) };
    let reads = Read::plan(&placed::runs(&samples)).ok_or(FragmentError::Scattered)?;
    Ok(Checked { lengths, reads: reads.iter().map(Read::range).collect() })
}

/// The samples at their places, in ticks of the file.
fn stored(fragment: &SampledFragment) -> Result<Vec<Placed>, FragmentError> {
    let mut at = 0u64;
    let samples = fragment.samples.iter().zip(places(fragment)?).map(|(&sample, range)| {
        let placed = Placed { at, sample, range };
        at = at.saturating_add(sample.duration.into());
        placed
    });
    Ok(samples.collect())
}

/// The samples at their places, in ticks of the stream.
pub(super) fn placed(
    fragment: &SampledFragment,
    timescale: Timescale,
) -> Result<Vec<Placed>, FragmentError> {
    let samples = fragment.samples.iter().copied().zip(places(fragment)?).map(Some);
    retime::placed(fragment.start.into(), samples, (timescale, Timescale::SMOOTH))
}

fn places(fragment: &SampledFragment) -> Result<Vec<ByteRange>, FragmentError> {
    fragment.places().ok_or(FragmentError::Size("what is known of its runs"))
}

#[cfg(test)]
mod tests;
