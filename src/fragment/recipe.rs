//! What is to be done to a stored fragment to make the answer.

use super::init::TRACK_ID;
use super::moof::{Dialect, NewMoof};
use super::placed;
use super::placed::Placed;
use super::{BrokenFragment, Head, Located, NotMade, Part, Parts, Unmade, tfxd};
use crate::index::{Chunk, StreamKind};
use crate::isobmff::{Moof, Traf};
use crate::range::ByteRange;
use crate::request::Noun;

/// How an answer is made from a stored fragment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Recipe {
    noun: Noun,
    kind: StreamKind,
    /// When the fragment plays.
    chunk: Chunk,
    /// Whether that is to be written into it.
    is_to_be_timed: bool,
}

impl Recipe {
    /// How to answer for `noun` of a fragment. With `time_untimed`, one that is not `timed`, and so
    /// does not carry its own time, is given it.
    pub fn new(noun: Noun, located: &Located<'_>, timed: bool, time_untimed: bool) -> Self {
        let takes_time =
            !matches!(noun, Noun::RawFragments | Noun::Segment | Noun::KeySegment | Noun::WebVtt);
        let is_to_be_timed = time_untimed && !timed && takes_time;
        Self { noun, kind: located.stream.kind, chunk: located.chunk, is_to_be_timed }
    }

    /// Tells answers of different bytes apart where they come from the same stored range.
    pub fn tag(self) -> &'static str {
        match (self.noun, self.is_to_be_timed) {
            (Noun::Fragments, false) => "",
            (Noun::Fragments, true) => "-t",
            (Noun::FragmentInfo, false) => "-i",
            (Noun::FragmentInfo, true) => "-it",
            (Noun::RawFragments, _) => "-r",
            (Noun::Segment | Noun::WebVtt, _) => "-c",
            (Noun::KeySegment, _) => "-ck",
            (Noun::KeyFrames, false) => "-k",
            (Noun::KeyFrames, true) => "-kt",
        }
    }

    /// The parts, if they are known without looking at the stored fragment.
    pub fn ahead(self, fragment: ByteRange) -> Option<Parts> {
        (self.noun == Noun::Fragments && !self.is_to_be_timed).then(|| Parts::stored(fragment))
    }

    /// Bytes of the answer, if they are known without looking at the stored fragment.
    pub fn length(self, fragment: ByteRange) -> Option<u64> {
        match (self.noun, self.is_to_be_timed) {
            (Noun::Fragments, false) => Some(fragment.length()),
            (Noun::Fragments, true) => fragment.length().checked_add(tfxd::LENGTH),
            _ => None,
        }
    }

    /// The parts, now that the front of the stored fragment is known.
    pub fn parts(self, head: Head) -> Result<Parts, Unmade> {
        match self.noun {
            // Of text as such, `Text` makes the answer.
            Noun::Segment | Noun::KeySegment | Noun::WebVtt => self.segment(&head),
            Noun::KeyFrames => match self.key_frames(&head)? {
                Some(parts) => Ok(parts),
                None => Ok(self.fragment(head)?),
            },
            Noun::Fragments => Ok(self.fragment(head)?),
            Noun::FragmentInfo => Ok(Parts::generated(self.moof(head.moof)?)),
            Noun::RawFragments => Ok(Parts::stored(head.payload)),
        }
    }

    fn fragment(self, head: Head) -> Result<Parts, BrokenFragment> {
        let front = [self.moof(head.moof)?, head.mdat_header].concat();
        Ok(Parts::generated(front).and(Part::Stored(head.payload)))
    }

    fn moof(self, moof: Vec<u8>) -> Result<Vec<u8>, BrokenFragment> {
        if self.is_to_be_timed { tfxd::insert(&moof, self.chunk) } else { Ok(moof) }
    }

    /// Those samples that can be decoded by themselves, under a new `moof`; `None` if all can, as
    /// in sound: the fragment is its own key frames then.
    fn key_frames(self, head: &Head) -> Result<Option<Parts>, Unmade> {
        let moof = Moof::parse(&head.moof, 0).map_err(BrokenFragment::from)?;
        let traf = only(&moof)?;
        let all = self.samples(head, traf)?;
        if all.iter().all(|placed| placed.sample.is_sync()) {
            return Ok(None);
        }
        if traf.tells_encryption {
            return Err(NotMade::Encrypted.into());
        }
        let (chunk, kept) = placed::key_frames(all, self.chunk)?;
        let (sequence_number, track_id) = (moof.sequence_number, traf.track_id);
        let dialect = Dialect::Piff;
        let moof = NewMoof { dialect, sequence_number, track_id, chunk, samples: &kept }.write()?;
        Ok(Some(placed::behind(Parts::generated(moof.with_mdat_header()), &kept)))
    }

    /// All samples, or a key frame, under a new `moof`: where the stored one follows PIFF, CMAF has it
    /// otherwise.
    fn segment(self, head: &Head) -> Result<Parts, Unmade> {
        let moof = Moof::parse(&head.moof, 0).map_err(BrokenFragment::from)?;
        let traf = only(&moof)?;
        if traf.tells_encryption {
            return Err(NotMade::Encrypted.into());
        }
        let mut samples = self.samples(head, traf)?;
        if self.noun == Noun::KeySegment {
            samples = vec![placed::key_frame(&samples, self.chunk)?];
        }
        let samples = &samples[..];
        let (sequence_number, track_id, chunk) = (moof.sequence_number, TRACK_ID, self.chunk);
        let dialect = Dialect::Cmaf;
        let moof = NewMoof { dialect, sequence_number, track_id, chunk, samples }.write()?;
        Ok(placed::behind(Parts::generated(moof.with_mdat_header()), samples))
    }

    fn samples(self, head: &Head, traf: &Traf<'_>) -> Result<Vec<Placed>, BrokenFragment> {
        placed::stored(head, traf, self.chunk, self.kind)
    }
}

fn only<'a, 'm>(moof: &'a Moof<'m>) -> Result<&'a Traf<'m>, BrokenFragment> {
    moof.only_traf().ok_or(BrokenFragment::Trafs(moof.trafs.len()))
}

#[cfg(test)]
mod tests;
