//! Fragments that are stored nowhere: a `moof` from the sample tables of a plain file, and the
//! samples from where they lie in it.

use super::init::TRACK_ID;
use super::moof::{Dialect, NewMoof};
use super::placed::{self, Placed};
use super::retime;
use super::{BrokenFragment, Located, Part, Parts, Read, Unmade};
use crate::index::{Chunk, SampledFragment};
use crate::time::Timescale;
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
    /// When the fragment plays, in ticks of [`Timescale::SMOOTH`], which are those that are written.
    pub chunk: Chunk,
    /// Ticks a second of what is known of the samples.
    pub timescale: Timescale,
}

impl Synthesis {
    /// How to answer for `noun` of a fragment of whose samples so many ticks make a second.
    pub fn new(noun: Noun, located: &Located<'_>, timescale: Timescale) -> Self {
        let sequence_number = u32::try_from(located.number).unwrap_or(u32::MAX).saturating_add(1);
        let (track_id, chunk) = (located.track.track_id, located.chunk);
        Self { noun, sequence_number, track_id, chunk, timescale }
    }

    /// Tells answers of different bytes apart where they are of the same fragment.
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
    pub fn parts(self, fragment: &SampledFragment) -> Result<Parts, Unmade> {
        self.parts_of(self.placed(fragment)?)
    }

    fn parts_of(self, mut samples: Vec<Placed>) -> Result<Parts, Unmade> {
        let mut chunk = self.chunk;
        match self.noun {
            Noun::KeyFrames => (chunk, samples) = placed::key_frames(samples, chunk)?,
            Noun::KeySegment => samples = vec![placed::key_frame(&samples, chunk)?.1],
            Noun::RawFragments => return Ok(placed::behind(Parts::default(), &samples)),
            Noun::Fragments | Noun::FragmentInfo | Noun::Segment | Noun::WebVtt => {}
        }
        let sequence_number = self.sequence_number;
        let (dialect, track_id) = match self.noun {
            Noun::Segment | Noun::KeySegment | Noun::WebVtt => (Dialect::Cmaf, TRACK_ID),
            _ => (Dialect::Piff, self.track_id),
        };
        let samples = &samples[..];
        let encryption = None;
        let moof = NewMoof { dialect, sequence_number, track_id, chunk, samples, encryption };
        let moof = moof.write()?;
        Ok(match self.noun {
            Noun::FragmentInfo => Parts::generated(moof.moof),
            _ => placed::behind(Parts::generated(moof.with_mdat_header()), samples),
        })
    }

    /// The samples at their places, the last of which ends with the chunk.
    fn placed(self, fragment: &SampledFragment) -> Result<Vec<Placed>, BrokenFragment> {
        let mut placed = placed(fragment, self.timescale)?;
        if let Some(last) = placed.last_mut() {
            self.end_with_chunk(last);
        }
        Ok(placed)
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
    /// As a segment of its first key frame; 0 if it has none.
    pub key_frame: u64,
}

/// Checks that a fragment of whose samples so many ticks make a second, and which plays at `chunk`, can
/// be sent: that its times fit the boxes they are written to, and that few reads give its bytes in
/// their order.
pub fn check(
    fragment: &SampledFragment,
    timescale: Timescale,
    chunk: Chunk,
) -> Result<Lengths, Unmade> {
    let made = |noun| Synthesis { noun, sequence_number: 1, track_id: TRACK_ID, chunk, timescale };
    let samples = made(Noun::Segment).placed(fragment)?;
    let key_frame = made(Noun::KeySegment).parts_of(samples.clone());
    let segment = made(Noun::Segment).parts_of(samples)?;
    let lengths = Lengths {
        segment: segment.length(),
        key_frame: key_frame.map_or(0, |parts| parts.length()),
    };
    let stored = segment.into_iter().filter_map(|part| match part {
        Part::Stored(range) => Some(range),
        Part::Generated(_) => None,
    });
    let reads = Read::plan(&stored.collect::<Vec<_>>());
    reads.map(|_| lengths).ok_or(BrokenFragment::Scattered.into())
}

/// The samples at their places, in ticks of the stream.
pub(super) fn placed(
    fragment: &SampledFragment,
    timescale: Timescale,
) -> Result<Vec<Placed>, BrokenFragment> {
    let places = fragment.places().ok_or(BrokenFragment::Size("what is known of its runs"))?;
    let samples = fragment.samples.iter().copied().zip(places);
    retime::placed(fragment.start.into(), samples, (timescale, Timescale::SMOOTH))
}

#[cfg(test)]
mod tests;
