//! What is to be done to a stored fragment to make the answer.

use super::moof::NewMoof;
use super::placed;
use super::{BrokenFragment, Head, NoKeyFrames, Part, Parts, Unmade, tfxd};
use crate::index::Chunk;
use crate::isobmff::Moof;
use crate::range::ByteRange;
use crate::request::Noun;

/// How an answer is made from a stored fragment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Recipe {
    noun: Noun,
    /// When the fragment plays.
    chunk: Chunk,
    /// Whether that is to be written into it.
    is_to_be_timed: bool,
}

impl Recipe {
    /// How to answer for `noun` of a fragment that plays at `chunk`. With `time_untimed`, one that
    /// is not `timed`, and so does not carry its own time, is given it.
    pub fn new(noun: Noun, timed: bool, chunk: Chunk, time_untimed: bool) -> Self {
        let is_to_be_timed = time_untimed && !timed && noun != Noun::RawFragments;
        Self { noun, chunk, is_to_be_timed }
    }

    /// Tells answers of different bytes apart where they come from the same stored range.
    pub fn tag(self) -> &'static str {
        match (self.noun, self.is_to_be_timed) {
            (Noun::Fragments, false) => "",
            (Noun::Fragments, true) => "-t",
            (Noun::FragmentInfo, false) => "-i",
            (Noun::FragmentInfo, true) => "-it",
            (Noun::RawFragments, _) => "-r",
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
        if self.noun == Noun::KeyFrames
            && let Some(parts) = self.key_frames(&head)?
        {
            return Ok(parts);
        }
        let moof = match self.is_to_be_timed {
            true => tfxd::insert(&head.moof, self.chunk)?,
            false => head.moof,
        };
        Ok(match self.noun {
            Noun::Fragments | Noun::KeyFrames => {
                Parts::generated([moof, head.mdat_header].concat()).and(Part::Stored(head.payload))
            }
            Noun::FragmentInfo => Parts::generated(moof),
            Noun::RawFragments => Parts::stored(head.payload),
        })
    }

    /// Those samples that can be decoded by themselves, under a new `moof`; `None` if all can, as
    /// in sound: the fragment is its own key frames then.
    fn key_frames(self, head: &Head) -> Result<Option<Parts>, Unmade> {
        let moof = Moof::parse(&head.moof, 0).map_err(BrokenFragment::from)?;
        let traf = moof.only_traf().ok_or(BrokenFragment::Trafs(moof.trafs.len()))?;
        let all = placed::stored(head, traf, self.chunk)?;
        if all.iter().all(|placed| placed.sample.is_sync()) {
            return Ok(None);
        }
        if traf.tells_encryption {
            return Err(NoKeyFrames::Encrypted.into());
        }
        let (chunk, kept) = placed::key_frames(all, self.chunk)?;
        let (sequence_number, track_id) = (moof.sequence_number, traf.track_id);
        let moof = NewMoof { sequence_number, track_id, chunk, samples: &kept }.write()?;
        Ok(Some(placed::behind(Parts::generated(moof.with_mdat_header()), &kept)))
    }
}
