//! What a quality level has under its own path, for clients of HLS and DASH.

use super::{FragmentRequest, Noun, Request, RequestError, decimal};
use crate::index::Generation;
use crate::manifest::hls::Frames;

/// `{presentation}/{generation}/{stream}/{bitrate}/[iframes/]index.m3u8`, `…/init.mp4`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LevelRequest<'a> {
    /// The server manifest's key.
    pub presentation: &'a str,
    /// The build that the client's manifest was rendered from.
    pub generation: Generation,
    /// Names the stream.
    pub stream: &'a str,
    /// Names the quality level.
    pub bitrate: u32,
    /// What of it is wanted.
    pub part: LevelPart,
}

/// What CMAF clients want of a quality level before its segments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LevelPart {
    /// HLS's list of them, or of its key frames.
    Playlist(Frames),
    /// The header that goes before them.
    Header,
}

/// What `file` is of the level `bitrate` of `stream`, or of its key frames, which have a folder of the
/// same names.
pub(super) fn of<'a>(
    presentation: &'a str,
    generation: Generation,
    (stream, bitrate): (&'a str, u32),
    (frames, file): (Frames, &str),
) -> Result<Request<'a>, RequestError> {
    let is = |name: &str| file.eq_ignore_ascii_case(name);
    let part = if is("index.m3u8") {
        LevelPart::Playlist(frames)
    } else if is("init.mp4") {
        LevelPart::Header
    } else {
        let (noun, start) = segment_of(frames, file)?;
        return Ok(Request::Fragment(FragmentRequest {
            presentation,
            generation: Some(generation),
            bitrate,
            attributes: Vec::new(),
            noun,
            stream,
            start,
        }));
    };
    Ok(Request::Level(LevelRequest { presentation, generation, stream, bitrate, part }))
}

fn segment_of(frames: Frames, file: &str) -> Result<(Noun, u64), RequestError> {
    let (start, extension) = file.rsplit_once('.').unwrap_or((file, ""));
    let is = |other: &str| extension.eq_ignore_ascii_case(other) && !start.is_empty();
    let noun = match frames {
        Frames::All if is("m4s") => Some(Noun::Segment),
        Frames::All if is("vtt") => Some(Noun::WebVtt),
        Frames::Key if is("m4s") => Some(Noun::KeySegment),
        _ => None,
    };
    noun.zip(decimal(start)).ok_or(RequestError::Grammar(
        "the last segment is not index.m3u8, init.mp4, {time}.m4s or {time}.vtt",
    ))
}
