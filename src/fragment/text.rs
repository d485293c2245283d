//! Fragments of text, which are the exception: small enough to be held, read and written anew.
//!
//! When a TTML document counts its times from is where the two dialects differ. In Smooth Streaming it is the
//! start of its sample, as its clients have it (dash.js, Media3); in CMAF the start of the track
//! (`ISO/IEC 14496-30` 5.2), which is how files with a sample entry `stpp` have it. Documents that are asked
//! for as they are stored are not touched; others are read, and written by one hand.

use super::placed::{self, SYNC};
use super::{Documents, FragmentError, Located, MakeError};
use crate::base::chunk::Chunk;
use crate::base::order::order;
use crate::base::sample::Sample;
use crate::base::time::Timescale;
use crate::index::{Stream, StreamKind};
use crate::isobmff::{Dialect, NewMoof, TRACK_ID, WrittenMoof};
use crate::text::{Cue, Syntax, ttml, webvtt};
use crate::url::Noun;
use std::ops::Range;

/// The most bytes of text that are held for one answer.
pub const MAX_HELD_TEXT: u64 = 1 << 20;

/// A recipe for an answer from the cues of a fragment.
#[derive(Clone, Debug)]
pub struct Text<'a> {
    located: &'a Located<'a>,
    noun: Noun,
    /// When the fragment plays, in the same ticks as cues.
    window: Range<u64>,
}

impl<'a> Text<'a> {
    /// How to answer for `noun` of a fragment; `None` if that is made of what is stored without a look at
    /// the text.
    pub fn new(noun: Noun, located: &'a Located<'a>) -> Option<Self> {
        let is_text = located.stream.kind == StreamKind::Text;
        let is_stored = noun != Noun::WebVtt
            && !located.is_of_cues()
            && (noun == Noun::Segment) == is_absolute(&located.track.sample_entry);
        let smooth = |ticks| located.stream.timescale.rescale(ticks, Timescale::SMOOTH);
        let Chunk { start, duration } = located.chunk;
        let start_ticks = smooth(start).unwrap_or(u64::MAX);
        let end_ticks = smooth(start.saturating_add(duration)).unwrap_or(u64::MAX);
        let window = start_ticks..end_ticks;
        (is_text && !is_stored).then_some(Self { located, noun, window })
    }

    /// The fragment.
    pub fn located(&self) -> &'a Located<'a> {
        self.located
    }

    /// Distinguishes answers of different bytes that are of the same fragment.
    pub fn tag(&self) -> &'static str {
        match self.noun {
            Noun::Fragments | Noun::KeyFrames => "",
            Noun::FragmentInfo => "-i",
            Noun::RawFragments => "-r",
            // Of text there are no keyframes, which is said before.
            Noun::Segment | Noun::KeySegment => "-c",
            Noun::WebVtt => "-v",
        }
    }

    /// The cues in a stretch of a text file.
    pub fn of_file(
        &self,
        stretch: &[u8],
        syntax: Syntax,
        zero: u64,
    ) -> Result<Vec<Cue>, MakeError> {
        let cues = syntax.cues(stretch).map_err(FragmentError::from)?;
        let Stream { timeline, timescale, .. } = self.located.stream;
        // What does not say when it is gone is there until all is over.
        let end = timescale.rescale(timeline.end(), Timescale::SMOOTH).unwrap_or(u64::MAX);
        Ok(cues.into_iter().map(|cue| cue.later(zero).gone_at(end)).collect())
    }

    /// The cues of `documents`, if `bytes` are those of all of them, in order.
    pub fn of_documents(&self, documents: &Documents, bytes: &[u8]) -> Result<Vec<Cue>, MakeError> {
        let timescale = documents.timescale;
        let is_absolute = is_absolute(&self.located.track.sample_entry);
        let smooth = |ticks| timescale.rescale(ticks, Timescale::SMOOTH).unwrap_or(u64::MAX);
        let mut cues = Vec::new();
        for (placed, document) in documents.texts(bytes) {
            let start = self.window.start.saturating_add(smooth(placed.at));
            let lasts = smooth(placed.sample.duration.into());
            let shown = start..start.saturating_add(lasts);
            let zero = if is_absolute { 0 } else { start };
            let read = ttml::read(document).map_err(FragmentError::from)?;
            let all = read.into_iter().map(|cue| cue.later(zero).gone_at(shown.end));
            cues.extend(all.filter(|cue| cue.is_within(&shown)));
        }
        Ok(cues)
    }

    /// The answer, if these are the cues that there are.
    pub fn answer(&self, mut cues: Vec<Cue>) -> Result<Vec<u8>, FragmentError> {
        cues.retain(|cue| cue.is_within(&self.window));
        order(&mut cues, |cue| (cue.time.start, cue.time.end));
        let dialect = match self.noun {
            Noun::WebVtt => return Ok(webvtt::write(cues.iter()).into_bytes()),
            Noun::Segment => Dialect::Cmaf,
            _ => Dialect::Piff,
        };
        let zero = if dialect == Dialect::Cmaf { 0 } else { self.window.start };
        let language = &self.located.stream.language;
        let document = ttml::write(&cues, self.window.clone(), zero, language).into_bytes();
        if self.noun == Noun::RawFragments {
            return Ok(document);
        }
        let moof = self.moof(dialect, document.len())?;
        Ok(match self.noun {
            Noun::FragmentInfo => moof.moof,
            _ => [moof.with_mdat_header(), document].concat(),
        })
    }

    /// The `moof` of one sample that lasts as long as the chunk.
    fn moof(&self, dialect: Dialect, len: usize) -> Result<WrittenMoof, FragmentError> {
        let Located { chunk, number, track, .. } = *self.located;
        let sample = Sample {
            size: u32::try_from(len).map_err(|_| FragmentError::Size("its text"))?,
            duration: u32::try_from(chunk.duration).map_err(|_| FragmentError::Times)?,
            composition_offset: 0,
            flags: SYNC,
        };
        let samples = &[sample];
        let sequence_number = u32::try_from(number).unwrap_or(u32::MAX).saturating_add(1);
        let track_id = if dialect == Dialect::Cmaf { TRACK_ID } else { track.track_id };
        let (entry, encryption) = (None, None);
        placed::written(NewMoof {
            dialect,
            sequence_number,
            track_id,
            entry,
            chunk,
            samples,
            encryption,
        })
    }
}

/// Whether a TTML document in samples of this entry counts its times from the start of the track.
pub(super) fn is_absolute(sample_entry: &[u8]) -> bool {
    sample_entry.get(4..8) == Some(b"stpp")
}
