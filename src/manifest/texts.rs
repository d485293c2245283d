//! The text of a presentation, as far as it is there to be read by people.

use super::cmaf::{Level, Rendition, level};
use crate::index::{Index, Media, Stream, StreamKind, Track};

/// The text streams of `index` that are captions or subtitles, in its order.
pub(super) fn texts(index: &Index) -> Vec<Rendition<'_>> {
    let is_text = |stream: &&Stream| stream.kind == StreamKind::Text;
    let streams = index.streams.iter().filter(is_text).filter(|stream| role(stream).is_some());
    let rendition = |stream| Rendition { stream, levels: levels(stream) };
    streams.map(rendition).filter(|rendition| !rendition.levels.is_empty()).collect()
}

/// What a text stream is for, in DASH's words (`ISO/IEC 23009-1` 5.8.5.5); `None` if it is commands,
/// chapters or data (`[MS-SSTR]` 2.2.2.3). One that does not say is told as captions in Smooth Streaming
/// too.
pub(super) fn role(stream: &Stream) -> Option<&'static str> {
    match stream.subtype.to_ascii_uppercase().as_str() {
        "" | "CAPT" => Some("caption"),
        "SUBT" => Some("subtitle"),
        "DESC" => Some("description"),
        _ => None,
    }
}

fn levels(stream: &Stream) -> Vec<Level<'_>> {
    let level = |track| Some(level(stream, track, codec(track)?, None));
    stream.tracks.iter().filter_map(level).collect()
}

/// TTML, with its profile where the documents are written here; `None` of text that is anything else.
fn codec(track: &Track) -> Option<String> {
    match (&track.media, track.sample_entry.get(4..8)) {
        (Media::Cues(_), _) | (_, Some(b"dfxp")) => Some("stpp.ttml.im1t".to_owned()),
        (_, Some(b"stpp")) => Some("stpp".to_owned()),
        _ => None,
    }
}
