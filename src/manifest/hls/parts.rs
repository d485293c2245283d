//! What several tags of a playlist have in common.

use crate::manifest::attributes::put;
use crate::url::{self, Frames};
use crate::view::{Level, Rendition};

/// The dynamic range of video, where a playlist has to state it (`draft-pantos-hls-rfc8216bis` 4.4.6.2).
pub(super) fn video_range(out: &mut String, level: &Level<'_>) {
    if let Some(range) = level.range {
        put(out, format_args!(",VIDEO-RANGE={}", range.name()));
    }
}

/// Where the media playlist of a level lies, from that of the whole presentation.
pub(super) fn uri(out: &mut String, rendition: &Rendition<'_>, level: &Level<'_>) {
    let Rendition { generation, stream, target, .. } = *rendition;
    let frames = Frames::All(target);
    out.push_str(&url::playlist(generation, &stream.name, level.track.bitrate, frames));
}

/// `text` as it can stand in a quoted string, which has no way to escape anything (`RFC 8216` 4.2).
pub(super) fn quotable(text: &str) -> String {
    let quotable = text.chars().filter(|letter| !letter.is_control());
    quotable.map(|letter| if letter == '"' { '\'' } else { letter }).collect()
}
