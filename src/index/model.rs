//! What an index says of a presentation: its streams, their tracks, and where the fragments of these lie.

use super::{
    Attribute, BitRates, Carriage, Clear, Cues, Extents, Extras, Format, Generation, Labels, Pages,
    Source, StreamKind, Timeline,
};
use crate::base::time::Timescale;

/// One presentation: all streams that play together, and the sources they lie in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Index {
    /// Names this build, and no other: a digest of all the rest.
    pub generation: Generation,
    /// Attributes of the `.ismc`'s root that millrace does not itself write.
    pub attributes: Vec<Attribute>,
    /// What clients hand to licence systems, of the protected tracks.
    pub protections: Vec<Protection>,
    /// Every stored object the index was made from, the server manifest first. A media file that is
    /// a presentation by itself is its own.
    pub sources: Vec<Source>,
    /// The streams in the order of the manifest.
    pub streams: Vec<Stream>,
    /// What it has beside them.
    pub extras: Extras,
}

impl Index {
    /// Whether it is of this presentation: its first source is the server manifest, or a lone media
    /// file, which is a presentation under its own name and `.ism`.
    pub fn is_of(&self, presentation: &str) -> bool {
        self.sources.first().is_some_and(|first| {
            first.key == presentation || presentation.strip_suffix(".ism") == Some(&first.key)
        })
    }
}

/// Data that clients hand to a licence system (`[MS-SSTR]` 2.2.2.2).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Protection {
    /// Which system: a UUID.
    pub system_id: [u8; 16],
    /// The keys that this is of, where the file's `pssh` lists them.
    pub key_ids: Vec<[u8; 16]>,
    /// What it alone understands.
    pub data: Vec<u8>,
}

impl Protection {
    /// The most bytes that all of a file together may have: an index keeps them.
    pub const MAX_TOGETHER: usize = 64 << 10;

    /// PlayReady: `9a04f079-9840-4286-ab92-e65be0885f95`.
    pub const PLAYREADY: [u8; 16] = [
        0x9a, 0x04, 0xf0, 0x79, 0x98, 0x40, 0x42, 0x86, 0xab, 0x92, 0xe6, 0x5b, 0xe0, 0x88, 0x5f,
        0x95,
    ];
}

/// Tracks that are interchangeable at the client: one `StreamIndex` (`[MS-SSTR]` 2.2.2.3).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stream {
    /// What is in it.
    pub kind: StreamKind,
    /// Its name in manifest and URLs; unique in the presentation, ignoring ASCII case.
    pub name: String,
    /// What a text stream is for, such as `CAPT` or `SUBT`; empty where there is none.
    pub subtype: String,
    /// An ISO 639-2 or BCP 47 code; empty where none is known.
    pub language: String,
    /// What it is for.
    pub labels: Labels,
    /// Ticks a second of the timeline, and of every fragment in the stream.
    pub timescale: Timescale,
    /// When each chunk starts and how long it lasts; shared by all tracks.
    pub timeline: Timeline,
    /// Attributes of the `.ismc`'s `StreamIndex` that millrace does not itself write.
    pub attributes: Vec<Attribute>,
    /// The quality levels, in the order of the manifest. Never empty.
    pub tracks: Vec<Track>,
}

/// One quality level of a stream (`[MS-SSTR]` 2.2.2.5): one `trak` of one source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Track {
    /// Bits a second, as manifest and URLs name the level; unique in the stream.
    pub bitrate: u32,
    /// Which of [`Index::sources`] holds it.
    pub source: usize,
    /// Its `track_ID` in that source (`ISO/IEC 14496-12` 8.3.2).
    pub track_id: u32,
    /// How it is coded.
    pub format: Format,
    /// The same as the file says it, for clients that want an init segment: the first entry of its
    /// `stsd` (`ISO/IEC 14496-12` 8.5.2), as it can stand in other files; the protected one, where the second says the
    /// same of samples in the clear, or the other way round ([`Media::clear`]).
    pub sample_entry: Vec<u8>,
    /// The level's `CustomAttributes` (`[MS-SSTR]` 2.2.2.5.1), which URLs may name too.
    pub custom_attributes: Vec<Attribute>,
    /// Attributes of the `.ismc`'s `QualityLevel` that millrace does not itself write.
    pub attributes: Vec<Attribute>,
    /// What it takes to send it.
    pub rates: BitRates,
    /// Its fragments: as many as the stream's timeline has chunks.
    pub media: Media,
}

impl Track {
    /// Whether several of its chunks can be sent as one segment. Text that lies in fragments cannot: what is shown
    /// across the border of two chunks stands in the documents of both.
    pub fn can_be_joined(&self) -> bool {
        !matches!(
            (&self.format, &self.media),
            (Format::Text(_), Media::Fragments { .. } | Media::Samples(_))
        )
    }
}

/// The fragments of a track, by how they come about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Media {
    /// They are stored, in a fragmented file.
    Fragments {
        /// How they come to clients.
        carriage: Carriage,
        /// Which of them are in the clear, if the track is protected and has a sample entry for those.
        clear: Option<Clear>,
        /// Where each of them lies.
        extents: Extents,
    },
    /// They are made of the samples of a progressive MP4.
    Samples(Pages),
    /// They are made of the cues of a text file.
    Cues(Cues),
}

impl Media {
    /// How many fragments there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Fragments { extents, .. } => extents.len(),
            Self::Samples(pages) => pages.len(),
            Self::Cues(cues) => cues.len(),
        }
    }

    /// How many ticks, and of which timescale, come before what the file's edit list shows first.
    pub fn early(&self) -> Option<(u64, Timescale)> {
        match self {
            Self::Fragments { carriage: Carriage::Rewritten(rewriting), .. } => {
                Some((rewriting.early, rewriting.timescale))
            }
            Self::Samples(pages) => Some((pages.early, pages.timescale)),
            Self::Fragments { .. } | Self::Cues(_) => None,
        }
    }

    /// Which fragments are in the clear of a protected track that has a sample entry for those.
    pub fn clear(&self) -> Option<Clear> {
        match self {
            Self::Fragments { clear, .. } => *clear,
            Self::Samples(_) | Self::Cues(_) => None,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
