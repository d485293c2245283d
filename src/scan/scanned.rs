//! What a scan finds in a file: tracks, and where each of their fragments or samples lies.

use super::left_out::LeftOut;
use super::manner::Manner;
use super::samples::Samples;
use crate::base::chunk::Chunk;
use crate::base::range::ByteRange;
use crate::base::time::Timescale;
use crate::index::{Format, Protection};
use crate::text::{Outlined, Syntax};

/// The tracks that were found in a file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Scanned {
    /// The tracks that can be served.
    pub tracks: Vec<ScannedTrack>,
    /// The tracks that cannot be served, though they are of a kind that is played, or may be.
    pub left_out: Vec<LeftOut>,
}

/// A track that a file holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScannedTrack {
    /// Its `track_ID` (`ISO/IEC 14496-12` 8.3.2).
    pub track_id: u32,
    /// Ticks a second of its times.
    pub timescale: Timescale,
    /// Its ISO 639-2 code, unless that is `und`.
    pub language: Option<String>,
    /// How it is coded.
    pub format: Format,
    /// Its sample entry: the first of its `stsd`, as it can stand in other files ([`crate::isobmff::portable`]).
    pub sample_entry: Vec<u8>,
    /// Its licence data, if it is protected.
    pub protections: Vec<Protection>,
    /// Where its samples are.
    pub media: ScannedMedia,
}

impl ScannedTrack {
    /// Its samples, if they are known one by one.
    pub fn samples(&self) -> Option<&Samples> {
        match &self.media {
            ScannedMedia::Samples(samples) => Some(samples),
            ScannedMedia::Fragments { .. } | ScannedMedia::Cues(_) => None,
        }
    }

    /// Bytes of a fragment that are the track's, about if it holds others too.
    pub fn bytes_of(&self, fragment: &ScannedFragment) -> u64 {
        let stored = fragment.range.length();
        match &self.media {
            ScannedMedia::Fragments { manner: Manner { share: Some(share), .. }, .. } => {
                share.of(self.format.kind(), stored, fragment.chunk.duration)
            }
            _ => stored,
        }
    }
}

/// The media of a track: fragments, samples or cues.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ScannedMedia {
    /// In fragments.
    Fragments {
        /// How they are written.
        manner: Manner,
        /// In the order of time, which is that of the file.
        fragments: Vec<ScannedFragment>,
    },
    /// Each by itself, as the tables in the `moov` of a progressive file say, or each `moof` of a
    /// fragmented one.
    Samples(Samples),
    /// They are yet to be made of the cues of a text file.
    Cues(ScannedCues),
}

/// A fragment of one track.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ScannedFragment {
    /// Its `moof` and `mdat`, which may hold other tracks too.
    pub range: ByteRange,
    /// When it starts and how long it lasts, in ticks of its track.
    pub chunk: Chunk,
}

/// The cues of a text file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScannedCues {
    /// What it is written in.
    pub syntax: Syntax,
    /// When each is shown, and where it lies.
    pub outline: Vec<Outlined>,
    /// Whether the file was taken for Windows-1252, as it does not say what it is coded in.
    pub is_guessed: bool,
}
