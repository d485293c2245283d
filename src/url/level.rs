//! What a quality level has under its own path, for clients of HLS and DASH.

use super::encode;
use super::escape::encode_name;
use super::number::decimal;
use crate::base::target::SegmentTarget;
use crate::index::Generation;
use std::borrow::Cow;
use std::fmt;

/// The file that holds a level's media playlist.
pub(super) const PLAYLIST_FILE: &str = "index.m3u8";
/// The file that holds a level's init segment.
pub const INIT_FILE: &str = "init.mp4";
/// The folder of a level's keyframes, which has files of the same names.
const KEY_FOLDER: &str = "iframes";
/// What follows the milliseconds of a target in the name of the folder of a level's longer segments, which has
/// files of the same names.
const MILLISECONDS: &str = "ms";
/// What follows the start of a segment of CMAF in its file's name.
pub const SEGMENT: &str = ".m4s";
/// What follows the start of a segment of `WebVTT` in its file's name.
pub const WEBVTT: &str = ".vtt";

/// `{presentation}/{generation}/{stream}/{bitrate}/[{milliseconds}ms/|iframes/]index.m3u8`, `…/init.mp4`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LevelRequest<'a> {
    /// The server manifest's key.
    pub presentation: Cow<'a, str>,
    /// The build that the client's manifest was rendered from.
    pub generation: Generation,
    /// Names the stream.
    pub stream: Cow<'a, str>,
    /// Names the quality level, in bits per second.
    pub bitrate: u32,
    /// What of it is wanted.
    pub part: LevelPart,
}

/// What CMAF clients want of a quality level before its segments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LevelPart {
    /// HLS's list of them, or of its keyframes.
    Playlist(Frames),
    /// The init segment that goes before them, and before its keyframes.
    Init,
}

/// Which frames of a level are meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Frames {
    /// All of them, in segments that last about so long.
    All(SegmentTarget),
    /// The first keyframe of each chunk, which lasts as long.
    Key,
}

impl Frames {
    /// All of them, each chunk a segment of its own.
    pub const CHUNKS: Self = Self::All(SegmentTarget::CHUNK);

    /// What a folder of a level has, by the folder's name.
    pub(super) fn of_folder(name: &str) -> Option<Self> {
        if name.eq_ignore_ascii_case(KEY_FOLDER) {
            return Some(Self::Key);
        }
        let (digits, unit) = name.split_at_checked(name.len().checked_sub(MILLISECONDS.len())?)?;
        let milliseconds = decimal(digits).filter(|_| unit.eq_ignore_ascii_case(MILLISECONDS))?;
        SegmentTarget::new(u32::try_from(milliseconds).ok()?).map(Self::All)
    }
}

/// The folder of a level's files, relative to that of its generation.
pub fn level_folder(stream: &str, bitrate: u32, frames: Frames) -> String {
    format!("{}/{bitrate}{}", encode_name(stream), frames_folder(frames))
}

/// The folder of what a level has of these `frames`, behind that of the level, with the slash between them.
pub fn frames_folder(frames: Frames) -> String {
    match frames {
        Frames::CHUNKS => String::new(),
        Frames::All(target) => format!("/{target}{MILLISECONDS}"),
        Frames::Key => format!("/{KEY_FOLDER}"),
    }
}

/// The media playlist of a level, relative to the presentation.
pub fn playlist(generation: Generation, stream: &str, bitrate: u32, frames: Frames) -> String {
    format!("{generation}/{}/{PLAYLIST_FILE}", level_folder(stream, bitrate, frames))
}

impl fmt::Display for LevelRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { presentation, generation, stream, bitrate, part } = self;
        let (frames, file) = match part {
            LevelPart::Playlist(frames) => (*frames, PLAYLIST_FILE),
            LevelPart::Init => (Frames::CHUNKS, INIT_FILE),
        };
        let folder = level_folder(stream, *bitrate, frames);
        write!(f, "/{}/{generation}/{folder}/{file}", encode(presentation))
    }
}
