//! The variants of HLS: levels that a player switches between.

use super::audio::Group;
use super::parts::{uri, video_range};
use super::subtitles;
use crate::base::frame_rate::FrameRate;
use crate::index::Format;
use crate::manifest::attributes::put;
use crate::view::{Level, Rendition};

/// A level of the film, with what may be played beside it (`RFC 8216` 4.3.4.2).
#[derive(Clone, Copy)]
pub(super) struct Variant<'a> {
    pub(super) rendition: &'a Rendition<'a>,
    pub(super) level: &'a Level<'a>,
    /// Audio, one of which is heard with it.
    pub(super) group: Option<&'a Group<'a>>,
    /// Captions and subtitles, one of which may be shown with it.
    pub(super) texts: &'a [Rendition<'a>],
}

impl Variant<'_> {
    /// What it takes and shows, and where it lies.
    pub(super) fn write(self, out: &mut String) {
        let Self { rendition, level, group, texts } = self;
        let beside = || group.iter().flat_map(|group| &group.members).map(|(_, level)| *level);
        let beside = || beside().filter(|other| !std::ptr::eq(*other, level));
        let all = |of: fn(&Level<'_>) -> u32| {
            let audio = beside().map(of).max().unwrap_or(0);
            let text =
                texts.iter().filter_map(|text| text.levels.first()).map(of).max().unwrap_or(0);
            of(level).saturating_add(audio).saturating_add(text)
        };
        let (peak, average) =
            (all(|level| level.track.rates.peak), all(|level| level.track.rates.average));
        put(out, format_args!("#EXT-X-STREAM-INF:BANDWIDTH={peak},AVERAGE-BANDWIDTH={average}"));
        let mut codecs = vec![level.codec.as_str()];
        for other in beside() {
            if !codecs.contains(&other.codec.as_str()) {
                codecs.push(&other.codec);
            }
        }
        put(out, format_args!(",CODECS=\"{}\"", codecs.join(",")));
        if let Format::Video(format) = &level.track.format {
            let (width, height) = format.matrix.shown((format.width, format.height));
            put(out, format_args!(",RESOLUTION={width}x{height}"));
            if let Some(thousandths) = format.frame_rate.map(FrameRate::thousandths) {
                let (whole, rest) = (thousandths / 1000, thousandths % 1000);
                put(out, format_args!(",FRAME-RATE={whole}.{rest:03}"));
            }
        }
        video_range(out, level);
        if let Some(group) = group {
            put(out, format_args!(",AUDIO=\"{}\"", group.id));
        }
        out.push_str(subtitles::attribute(texts));
        out.push('\n');
        uri(out, rendition, level);
        out.push('\n');
    }
}
