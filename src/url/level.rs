//! What a quality level has under its own path, for clients of HLS and DASH.

use super::encode;
use super::escape::encode_name;
use crate::index::Generation;
use std::borrow::Cow;
use std::fmt;

/// The file that holds a level's media playlist.
pub(super) const PLAYLIST_FILE: &str = "index.m3u8";
/// The file that holds a level's init segment.
pub const INIT_FILE: &str = "init.mp4";
/// The folder of a level's keyframes, which has files of the same names.
pub(super) const KEY_FOLDER: &str = "iframes";
/// What follows the start of a segment of CMAF in its file's name.
pub const SEGMENT: &str = ".m4s";
/// What follows the start of a segment of `WebVTT` in its file's name.
pub const WEBVTT: &str = ".vtt";

/// `{presentation}/{generation}/{stream}/{bitrate}/[iframes/]index.m3u8`, `…/init.mp4`.
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
    /// All of them, in segments.
    All,
    /// The first keyframe of each segment, which lasts as long.
    Key,
}

/// The folder of a level's files, relative to that of its generation: what DASH calls the level by.
pub fn level_folder(stream: &str, bitrate: u32, frames: Frames) -> String {
    let name = encode_name(stream);
    match frames {
        Frames::All => format!("{name}/{bitrate}"),
        Frames::Key => format!("{name}/{bitrate}/{KEY_FOLDER}"),
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
            LevelPart::Init => (Frames::All, INIT_FILE),
        };
        let folder = level_folder(stream, *bitrate, frames);
        write!(f, "/{}/{generation}/{folder}/{file}", encode(presentation))
    }
}
