//! What is to be done to a stored fragment to make the answer.

use super::{BrokenFragment, Head, Part, Parts, tfxd};
use crate::index::Chunk;
use crate::range::ByteRange;
use crate::request::Noun;

/// How an answer is made from a stored fragment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Recipe {
    noun: Noun,
    /// When the fragment plays, to be written into it; `None` leaves it as it is.
    timing: Option<Chunk>,
}

impl Recipe {
    /// How to answer for `noun` of a fragment that plays at `chunk`. With `time_untimed`, one that
    /// is not `timed`, and so does not carry its own time, is given it.
    pub fn new(noun: Noun, timed: bool, chunk: Chunk, time_untimed: bool) -> Self {
        let timing = (time_untimed && !timed && noun != Noun::RawFragments).then_some(chunk);
        Self { noun, timing }
    }

    /// Tells answers of different bytes apart where they come from the same stored range.
    pub fn tag(self) -> &'static str {
        match (self.noun, self.timing) {
            (Noun::Fragments, None) => "",
            (Noun::Fragments, Some(_)) => "-t",
            (Noun::FragmentInfo, None) => "-i",
            (Noun::FragmentInfo, Some(_)) => "-it",
            (Noun::RawFragments, _) => "-r",
        }
    }

    /// The parts, if they are known without looking at the stored fragment.
    pub fn ahead(self, fragment: ByteRange) -> Option<Parts> {
        (self.noun == Noun::Fragments && self.timing.is_none()).then(|| Parts::stored(fragment))
    }

    /// Bytes of the answer, if they are known without looking at the stored fragment.
    pub fn length(self, fragment: ByteRange) -> Option<u64> {
        match (self.noun, self.timing) {
            (Noun::Fragments, None) => Some(fragment.length()),
            (Noun::Fragments, Some(_)) => fragment.length().checked_add(tfxd::LENGTH),
            _ => None,
        }
    }

    /// The parts, now that the front of the stored fragment is known.
    pub fn parts(self, head: Head) -> Result<Parts, BrokenFragment> {
        let moof = match self.timing {
            Some(chunk) => tfxd::insert(&head.moof, chunk)?,
            None => head.moof,
        };
        Ok(match self.noun {
            Noun::Fragments => {
                Parts::generated([moof, head.mdat_header].concat()).and(Part::Stored(head.payload))
            }
            Noun::FragmentInfo => Parts::generated(moof),
            Noun::RawFragments => Parts::stored(head.payload),
        })
    }
}
