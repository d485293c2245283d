//! What an index says of a presentation.

use super::{
    Attribute, BitRates, Carriage, Clear, Cues, Extents, Extras, Folder, Generation, Labels, Pages,
    Piece, Timeline,
};
use crate::base::frame_rate::FrameRate;
use crate::base::matrix::Matrix;
use crate::base::range::ByteRange;
use crate::base::time::Timescale;
use std::rc::Rc;

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

/// What clients hand to a licence system (`[MS-SSTR]` 2.2.2.2).
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

/// A stored object, or a folder of them, as it was when the index was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// Its key in the object store.
    pub key: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its entity tag, unquoted. Every read carries it: other bytes under the same key are refused.
    pub etag: String,
    /// What lies in it if it is a folder, whose key ends in `/`: size and tag are of all its objects then.
    pub folder: Option<Rc<Folder>>,
}

impl Source {
    /// The object under `key`.
    pub fn object(key: impl Into<String>, size: u64, etag: impl Into<String>) -> Self {
        Self { key: key.into(), size, etag: etag.into(), folder: None }
    }

    /// The folder under `key`, which ends in `/`.
    pub fn folder(key: impl Into<String>, folder: Folder) -> Self {
        let (size, etag) = (folder.size(), folder.etag());
        Self { key: key.into(), size, etag, folder: Some(Rc::new(folder)) }
    }

    /// The stretches of objects that `range` of it is, in order: one, unless it is a folder.
    pub fn pieces(&self, range: ByteRange) -> Vec<Piece> {
        match &self.folder {
            Some(folder) => folder.pieces(&self.key, range),
            None => vec![Piece { key: self.key.clone(), etag: self.etag.clone(), range }],
        }
    }

    /// The object that its byte at `offset` is of, and where in that it lies.
    pub fn place(&self, offset: u64) -> (String, u64) {
        let byte = ByteRange::with_length(offset, 0);
        let piece = byte.and_then(|byte| self.pieces(byte).pop());
        piece.map_or((self.key.clone(), offset), |piece| (piece.key, piece.range.start()))
    }

    /// Whether `range` of it lies in one object.
    pub fn is_of_one_object(&self, range: ByteRange) -> bool {
        self.folder.as_ref().is_none_or(|folder| folder.is_whole(range))
    }
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

/// How the fragments of a track come about.
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

/// What a stream holds: `Type` of a `StreamIndex` (`[MS-SSTR]` 2.2.2.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum StreamKind {
    /// Video.
    Video,
    /// Audio.
    Audio,
    /// Captions, subtitles, commands.
    Text,
}

impl StreamKind {
    /// The `Type` as the manifest spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Text => "text",
        }
    }

    /// The media type of an MP4 file that holds nothing else (`RFC 4337`).
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Video => "video/mp4",
            Self::Audio => "audio/mp4",
            Self::Text => "application/mp4",
        }
    }
}

/// How a track is coded, as far as a client manifest must say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Format {
    /// Video.
    Video(VideoFormat),
    /// Audio.
    Audio(AudioFormat),
    /// Captions, subtitles, commands.
    Text(TextFormat),
}

impl Format {
    /// The kind of stream such a track belongs to.
    pub fn kind(&self) -> StreamKind {
        match self {
            Self::Video(_) => StreamKind::Video,
            Self::Audio(_) => StreamKind::Audio,
            Self::Text(_) => StreamKind::Text,
        }
    }
}

/// The format of coded video.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VideoFormat {
    /// Such as `H264` or `WVC1`.
    pub four_cc: FourCc,
    /// Width of the coded frames in pixels.
    pub width: u32,
    /// Height of the coded frames in pixels.
    pub height: u32,
    /// `CodecPrivateData`: for H.264 the parameter sets behind four-byte start codes.
    pub codec_private_data: Vec<u8>,
    /// Bytes of the length before each NAL unit; 4 nearly always.
    pub nal_length_size: u8,
    /// How many frames a second; `None` where nothing says it.
    pub frame_rate: Option<FrameRate>,
    /// How it is turned before it is shown.
    pub matrix: Matrix,
}

/// The format of coded audio.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AudioFormat {
    /// Such as `AACL` or `WMAP`.
    pub four_cc: FourCc,
    /// Samples a second.
    pub sampling_rate: u32,
    /// Channels.
    pub channels: u16,
    /// Bits of a decoded sample; 16 nearly always.
    pub bits_per_sample: u16,
    /// Bytes of the smallest unit the decoder takes.
    pub packet_size: u32,
    /// The format tag of a `WAVEFORMATEX`: 255 for AAC.
    pub audio_tag: u16,
    /// `CodecPrivateData`: for AAC the `AudioSpecificConfig`.
    pub codec_private_data: Vec<u8>,
}

/// A text's format.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TextFormat {
    /// Such as `TTML`.
    pub four_cc: FourCc,
}

/// A `FourCC` as a client manifest spells it: four printable ASCII characters.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct FourCc([u8; 4]);

impl FourCc {
    /// These four characters; `None` if one is not printable ASCII.
    pub fn new(code: [u8; 4]) -> Option<Self> {
        code.iter().all(|byte| byte.is_ascii_graphic()).then_some(Self(code))
    }

    /// The four characters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The four bytes.
    pub fn bytes(self) -> [u8; 4] {
        self.0
    }
}
