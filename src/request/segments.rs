//! What a quality level has under its own path, for clients of HLS and DASH.

use super::{FragmentRequest, LevelPart, LevelRequest, Noun, Request, RequestError, decimal};
use crate::index::Generation;

/// What `file` is of the level `bitrate` of `stream`.
pub(super) fn of<'a>(
    presentation: &'a str,
    generation: Generation,
    (stream, bitrate): (&'a str, u32),
    file: &str,
) -> Result<Request<'a>, RequestError> {
    let is = |name: &str| file.eq_ignore_ascii_case(name);
    let part = if is("index.m3u8") {
        LevelPart::Playlist
    } else if is("init.mp4") {
        LevelPart::Header
    } else if is("iframes.m3u8") {
        return Err(RequestError::NotServed("a playlist of key frames"));
    } else {
        let start = start_of(file)?;
        return Ok(Request::Fragment(FragmentRequest {
            presentation,
            generation: Some(generation),
            bitrate,
            attributes: Vec::new(),
            noun: Noun::Segment,
            stream,
            start,
        }));
    };
    Ok(Request::Level(LevelRequest { presentation, generation, stream, bitrate, part }))
}

fn start_of(file: &str) -> Result<u64, RequestError> {
    let (start, extension) = file.rsplit_once('.').unwrap_or((file, ""));
    let is_segment = extension.eq_ignore_ascii_case("m4s") && !start.is_empty();
    decimal(start)
        .filter(|_| is_segment)
        .ok_or(RequestError::Grammar("the last segment is not index.m3u8, init.mp4 or {time}.m4s"))
}
