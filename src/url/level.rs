//! The files of a quality level under its own path, for HLS and DASH clients.

use super::escape::encode_name;
use super::{RequestError, encode};
use crate::base::digits::decimal;
use crate::base::target::SegmentTarget;
use crate::index::Generation;
use crate::selection::Clip;
use std::borrow::Cow;
use std::fmt;

/// The file that holds a level's media playlist, up to its ending; behind a hyphen, the two times of a stretch of it.
const PLAYLIST: &str = "index";
/// The ending of such a file.
const PLAYLIST_ENDING: &str = ".m3u8";
/// The separator of such times, and of the word before them.
const HYPHEN: char = '-';
/// The file that holds a level's init segment.
pub const INIT_FILE: &str = "init.mp4";
/// The folder of a level's keyframes, which has files of the same names.
const KEY_FOLDER: &str = "iframes";
/// The unit behind a target in the name of the folder of a level's longer segments, which has files of the same
/// names.
const MILLISECONDS: &str = "ms";
/// Extension of a CMAF segment.
pub const SEGMENT: &str = ".m4s";
/// Extension of a `WebVTT` segment.
pub const WEBVTT: &str = ".vtt";

/// `{presentation}/{generation}/{stream}/{bitrate}/[{milliseconds}ms/|iframes/]index.m3u8`, `…/init.mp4`;
/// `…/index-{from}-[{until}].m3u8`, in seconds.
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

/// The parts of a quality level that CMAF clients want before its segments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LevelPart {
    /// HLS's list of them, or of its keyframes; of a stretch of them, where there is one.
    Playlist(Frames, Option<Clip>),
    /// The init segment that goes before them, and before its keyframes.
    Init,
}

/// The frames of a level that are meant.
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
        SegmentTarget::new(milliseconds).map(Self::All)
    }
}

/// The bitrate that a segment of a path is, in bits per second.
pub(super) fn bitrate_of(text: &str) -> Result<u32, RequestError> {
    decimal(text).ok_or(RequestError::Grammar("the bitrate is not a decimal number below 2^32"))
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
pub fn playlist(
    generation: Generation,
    (stream, bitrate): (&str, u32),
    frames: Frames,
    clip: Option<Clip>,
) -> String {
    format!("{generation}/{}/{}", level_folder(stream, bitrate, frames), playlist_file(clip))
}

fn playlist_file(clip: Option<Clip>) -> String {
    match clip {
        None => format!("{PLAYLIST}{PLAYLIST_ENDING}"),
        Some(clip) => format!("{PLAYLIST}{HYPHEN}{}{PLAYLIST_ENDING}", clip.written(HYPHEN)),
    }
}

/// The playlist of `frames` that this `file` is; `None` if it is none.
pub(super) fn playlist_in(file: &str, frames: Frames) -> Result<Option<LevelPart>, RequestError> {
    let (name, ending) = file.split_at_checked(file.rfind('.').unwrap_or(0)).unwrap_or_default();
    let (name, times) = match name.split_once(HYPHEN) {
        Some((name, times)) => (name, Some(times)),
        None => (name, None),
    };
    if !name.eq_ignore_ascii_case(PLAYLIST) || !ending.eq_ignore_ascii_case(PLAYLIST_ENDING) {
        return Ok(None);
    }
    let clip = times.map(|times| Clip::parse(times, HYPHEN)).transpose()?.flatten();
    Ok(Some(LevelPart::Playlist(frames, clip)))
}

impl fmt::Display for LevelRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { presentation, generation, stream, bitrate, part } = self;
        let (frames, file) = match part {
            LevelPart::Playlist(frames, clip) => (*frames, playlist_file(*clip)),
            LevelPart::Init => (Frames::CHUNKS, INIT_FILE.to_owned()),
        };
        let folder = level_folder(stream, *bitrate, frames);
        write!(f, "/{}/{generation}/{folder}/{file}", encode(presentation))
    }
}
