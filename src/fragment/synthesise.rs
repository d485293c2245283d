//! Fragments that are stored nowhere: a `moof` from the sample tables of a progressive MP4, and the
//! samples from where they lie in it.

use super::placed::{self, Placed};
use super::retime::{Retimed, Retiming};
use super::scale::rescaled;
use super::{FragmentError, Located, MakeError, Parts, Read, UnsupportedError};
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
        let Retimed { mut chunk, samples, left_out } = self.retimed(fragment)?;
        let mut samples = placed::placed(samples, places(fragment)?.into_iter().skip(left_out));
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
    fn length(self, chunk: Chunk, samples: &[Sample]) -> Result<u64, FragmentError> {
        let front = placed::length(&self.moof(chunk, samples))?;
        let stored = samples.iter().map(|sample| u64::from(sample.size));
        Ok(stored.fold(front, u64::saturating_add))
    }

    /// Bytes of the first keyframe of `samples` and of its `moof`, where both are sent.
    fn key_frame_length(self, chunk: Chunk, samples: &[Sample]) -> Result<u64, MakeError> {
        let place = samples.iter().position(Sample::is_sync).ok_or(UnsupportedError::Dependent)?;
        let (before, behind) = samples.split_at(place);
        let key_frame = behind.first().ok_or(UnsupportedError::Dependent)?;
        let key_frame = placed::alone(*key_frame, lasting(before), chunk)?;
        Ok(self.length(chunk, &[key_frame])?)
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
        let mut retimed = self.retiming().samples(self.dialect(), &fragment.samples)?;
        if let Some((last, others)) = retimed.samples.split_last_mut() {
            self.end_with_chunk(last, lasting(others));
        }
        Ok(retimed)
    }

    fn retiming(self) -> Retiming {
        let Self { kind, chunk, timescale: file, early, .. } = self;
        let (is_first, timescale) = (self.sequence_number == 1, Timescale::SMOOTH);
        Retiming { file, early, kind, chunk, is_first, timescale }
    }

    /// Lets a fragment's `last` sample, which is decoded `at` so many ticks of its chunk, end where that does, if they are but
    /// a rounding apart.
    fn end_with_chunk(self, last: &mut Sample, at: u64) {
        let lasts = self.chunk.duration.checked_sub(at).and_then(|it| u32::try_from(it).ok());
        if let Some(lasts) = lasts.filter(|&it| it > 0 && it.abs_diff(last.duration) <= 1) {
            last.duration = lasts;
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
    let Retimed { chunk, samples, left_out } = segment.retimed(fragment)?;
    let key_frame = key_segment.key_frame_length(chunk, &samples).unwrap_or(0);
    let lengths = Lengths { segment: segment.length(chunk, &samples)?, key_frame };
    let runs = match left_out {
        0 => placed::runs(fragment.runs.iter().map(|run| run.range)),
        _ => placed::runs(places(fragment)?.into_iter().skip(left_out)),
    };
    let reads = Read::ranges(&runs).ok_or(FragmentError::Scattered)?;
    Ok(Checked { lengths, reads })
}

/// The samples at their places, in ticks of the stream.
pub(super) fn placed(
    fragment: &SampledFragment,
    timescale: Timescale,
) -> Result<Vec<Placed>, FragmentError> {
    let samples = fragment.samples.iter().copied().map(Some);
    let scales = (timescale, Timescale::SMOOTH);
    let (_, samples) = rescaled(fragment.start.into(), samples, scales)?;
    Ok(placed::placed(samples, places(fragment)?))
}

/// Ticks that `samples` last together.
fn lasting(samples: &[Sample]) -> u64 {
    samples.iter().map(|sample| u64::from(sample.duration)).fold(0, u64::saturating_add)
}

fn places(fragment: &SampledFragment) -> Result<Vec<ByteRange>, FragmentError> {
    fragment.places().ok_or(FragmentError::Size("what is known of its runs"))
}

#[cfg(test)]
mod tests;
