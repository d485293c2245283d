//! Parts that several tags of a playlist share.

use crate::base::time::Timescale;
use crate::manifest::attributes::put;
use crate::selection::Clip;
use crate::url::{self, Frames};
use crate::view::{Level, Rendition, told_apart};

/// The beginning of every playlist: fragmented MP4 needs this version.
pub(super) const HEAD: &str = "#EXTM3U\n#EXT-X-VERSION:7\n";

/// The dynamic range of video, where a playlist has to state it (`draft-pantos-hls-rfc8216bis` 4.4.6.2).
pub(super) fn video_range(out: &mut String, level: &Level<'_>) {
    if let Some(range) = level.range {
        put(out, format_args!(",VIDEO-RANGE={}", range.name()));
    }
}

/// Where the media playlist of a level lies, from that of the whole presentation.
pub(super) fn uri(out: &mut String, rendition: &Rendition<'_>, level: &Level<'_>) {
    let Rendition { generation, stream, stretch, target, .. } = *rendition;
    let (place, frames) = ((&*stream.name, level.track.bitrate), Frames::All(target));
    out.push_str(&url::playlist(generation, place, frames, stretch.clip()));
}

/// Where within the first segment a stretch begins, in seconds from its `start`, both in Smooth Streaming's ticks
/// (`RFC 8216` 4.3.5.2); nothing where that is the beginning of the segment.
pub(super) fn beginning(out: &mut String, clip: Option<Clip>, start: u64) {
    let second = u64::from(Timescale::SMOOTH.ticks_per_second());
    let into = clip.map_or(0, |clip| clip.from().saturating_sub(start));
    if into > 0 {
        let (seconds, rest) = (into / second, into % second);
        put(out, format_args!("#EXT-X-START:TIME-OFFSET={seconds}.{rest:07},PRECISE=YES\n"));
    }
}

/// `EXTINF`: the `duration` of the next segment, given in Smooth Streaming's ticks (`RFC 8216` 4.3.2.1).
pub(super) fn lasting(out: &mut String, &duration: &u64) {
    let second = u64::from(Timescale::SMOOTH.ticks_per_second());
    let mut digits = itoa::Buffer::new();
    out.push_str("#EXTINF:");
    out.push_str(digits.format(duration / second));
    out.push('.');
    // A second more keeps leading zeros, and is left out again.
    out.push_str(digits.format(second + duration % second).get(1..).unwrap_or_default());
    out.push_str(",\n");
}

/// The names of the members of a group, no two alike (`RFC 8216` 4.3.4.1.1).
pub(super) fn names<'r, 'a: 'r>(
    renditions: impl Iterator<Item = &'r Rendition<'a>>,
) -> Vec<String> {
    told_apart(renditions.map(|rendition| quotable(rendition.label())))
}

/// The language of a member, if it is known.
pub(super) fn language(out: &mut String, rendition: &Rendition<'_>) {
    if let Some(language) = rendition.language() {
        put(out, format_args!(",LANGUAGE=\"{language}\""));
    }
}

/// What a member is made for.
pub(super) fn characteristics(out: &mut String, rendition: &Rendition<'_>) {
    let characteristics = rendition.characteristics();
    if !characteristics.is_empty() {
        put(out, format_args!(",CHARACTERISTICS=\"{}\"", characteristics.join(",")));
    }
}

/// `text` as it can stand in a quoted string, which has no way to escape anything (`RFC 8216` 4.2).
fn quotable(text: &str) -> String {
    let quotable = text.chars().filter(|letter| !letter.is_control());
    quotable.map(|letter| if letter == '"' { '\'' } else { letter }).collect()
}
