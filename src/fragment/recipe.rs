//! Recipes for answers from stored fragments.

mod parts;

use super::retime::Retiming;
use super::{Located, Parts, timed};
use crate::base::chunk::Chunk;
use crate::base::range::ByteRange;
use crate::index::{Carriage, Defaults, EntryPair, Rewriting, StreamKind};
use crate::url::Noun;

/// A recipe for an answer from a stored fragment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Recipe<'a> {
    noun: Noun,
    kind: StreamKind,
    /// How the track is coded.
    sample_entry: &'a [u8],
    /// How a fragment says that it is in the clear, if the track is protected and some may be.
    entries: Option<EntryPair>,
    /// When the fragment plays.
    chunk: Chunk,
    /// Whether it is an object of a folder, where other boxes may come before it.
    may_lead: bool,
    way: Way,
}

/// The way in which clients of Smooth Streaming are sent the fragment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    /// The fragment as it is stored.
    Stored {
        /// Whether it is given its time.
        is_to_be_timed: bool,
    },
    /// The samples of one track, under a new `moof`.
    Rewritten { track_id: u32, retiming: Retiming, defaults: Defaults },
}

impl<'a> Recipe<'a> {
    /// How to answer for `noun` of a fragment that comes to clients like this. With `time_untimed`, one
    /// that does not carry its own time is given it.
    pub fn new(noun: Noun, located: &Located<'a>, carriage: Carriage, time_untimed: bool) -> Self {
        let takes_time =
            !matches!(noun, Noun::RawFragments | Noun::Segment | Noun::KeySegment | Noun::WebVtt);
        let (stream, kind, chunk) = (located.stream, located.stream.kind, located.chunk);
        let way = match carriage {
            Carriage::Stored { timed } => {
                Way::Stored { is_to_be_timed: time_untimed && !timed && takes_time }
            }
            Carriage::Rewritten(rewriting) => {
                let (is_first, timescale) = (located.number == 0, stream.timescale);
                let Rewriting { timescale: file, early, defaults, .. } = rewriting;
                let retiming = Retiming { file, early, kind, chunk, is_first, timescale };
                Way::Rewritten { track_id: located.track.track_id, retiming, defaults }
            }
        };
        let (sample_entry, may_lead) = (&located.track.sample_entry, located.may_lead());
        let entries = located.track.media.clear().map(|clear| clear.entries);
        Self { noun, kind, sample_entry, entries, chunk, may_lead, way }
    }

    /// How to answer for `noun` of a fragment that is timed, of a track that is coded like this.
    #[cfg(test)]
    pub(super) fn for_tests(
        noun: Noun,
        kind: StreamKind,
        sample_entry: &'a [u8],
        chunk: Chunk,
    ) -> Self {
        let way = Way::Stored { is_to_be_timed: false };
        Self { noun, kind, sample_entry, entries: None, chunk, may_lead: false, way }
    }

    /// The same recipe, for a track with these sample entries.
    #[cfg(test)]
    pub(super) fn with_entries(self, entries: EntryPair) -> Self {
        Self { entries: Some(entries), ..self }
    }

    /// Distinguishes answers of different bytes that come from the same stored range, or of a
    /// fragment that is rewritten, where they are of the same fragment.
    pub fn tag(self) -> &'static str {
        match (self.noun, self.is_to_be_timed()) {
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

    fn is_to_be_timed(self) -> bool {
        matches!(self.way, Way::Stored { is_to_be_timed: true })
    }

    /// The parts, if they are known without looking at the stored fragment.
    pub fn ahead(self, fragment: ByteRange) -> Option<Parts> {
        let is_stored = self.way == Way::Stored { is_to_be_timed: false };
        let is_known = self.noun == Noun::Fragments && is_stored && !self.may_lead;
        is_known.then(|| Parts::stored(fragment))
    }

    /// Bytes of the answer, if they are known without looking at the stored fragment.
    pub fn length(self, fragment: ByteRange) -> Option<u64> {
        match (self.noun, self.way) {
            _ if self.may_lead => None,
            (Noun::Fragments, Way::Stored { is_to_be_timed: false }) => Some(fragment.length()),
            (Noun::Fragments, Way::Stored { is_to_be_timed: true }) => {
                fragment.length().checked_add(timed::LENGTH)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
