//! What kind of stream a track is in and how it is coded, as far as a client manifest has to say.

use crate::base::frame_rate::FrameRate;
use crate::base::matrix::Matrix;

/// The kind of a stream: `Type` of a `StreamIndex` (`[MS-SSTR]` 2.2.2.3).
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

/// The format of a track, as far as a client manifest must say.
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
    /// The codec as Smooth Streaming calls it, such as `H264` or `WVC1`.
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
    /// The codec as Smooth Streaming calls it, such as `AACL` or `WMAP`.
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
    /// The format as Smooth Streaming calls it, such as `TTML`.
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
