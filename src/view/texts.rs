//! The text of a presentation, as far as it is there to be read by people.

use super::shown::text_role;
use super::{Level, Rendition, Shown};
use crate::base::target::SegmentTarget;
use crate::index::{Media, Track};

/// The streams of `shown` that are captions or subtitles, in its order; in segments of `target` where chunks of
/// them can be joined.
pub(super) fn texts<'a>(shown: &[Shown<'a>], target: SegmentTarget) -> Vec<Rendition<'a>> {
    let texts = shown.iter().filter(|shown| text_role(shown.stream).is_some());
    let rendition = |shown: &Shown<'a>| {
        let Shown { generation, stream, stretch, ref tracks } = *shown;
        let can_be_joined = tracks.iter().all(|track| track.can_be_joined());
        let target = if can_be_joined { target } else { SegmentTarget::CHUNK };
        Rendition { generation, stream, stretch, target, levels: levels(shown) }
    };
    texts.map(rendition).filter(|rendition| !rendition.levels.is_empty()).collect()
}

fn levels<'a>(shown: &Shown<'a>) -> Vec<Level<'a>> {
    let level = |track: &&'a Track| {
        let codec = codec(track)?;
        Some(Level { track, codec, range: None, protection: None })
    };
    shown.tracks.iter().filter_map(level).collect()
}

/// TTML, with its profile where the documents are written here; `None` of text that is anything else.
pub(super) fn codec(track: &Track) -> Option<String> {
    match (&track.media, track.sample_entry.get(4..8)) {
        (Media::Cues(_), _) | (_, Some(b"dfxp")) => Some("stpp.ttml.im1t".to_owned()),
        (_, Some(b"stpp")) => Some("stpp".to_owned()),
        _ => None,
    }
}
