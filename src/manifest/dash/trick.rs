//! Keyframes by themselves, which players show while they are wound through: an adaptation set beside the
//! one that it stands in for (`DASH-IF` Guidelines for Implementation, 3.2.9).

use super::keyframes;
use super::level::{Period, representation, template};
use super::segments::Timelines;
use crate::base::target::SegmentTarget;
use crate::index::{Format, Stream};
use crate::manifest::attributes::{number, text};
use crate::manifest::protection::Keys;
use crate::url::Frames;
use crate::view::Rendition;

/// The keyframes of every level of `rendition`, whose own adaptation set is `main`.
pub(super) fn adaptation_set<'a>(
    out: &mut String,
    timelines: &mut Timelines<'a>,
    period: &Period<'_>,
    (id, rendition): (usize, &Rendition<'a>),
    main: usize,
) {
    let stream = rendition.stream;
    out.push_str("    <AdaptationSet");
    number(out, "id", id);
    text(out, "contentType", stream.kind.as_str());
    text(out, "mimeType", stream.kind.media_type());
    text(out, "segmentAlignment", "true");
    number(out, "startWithSAP", 1);
    if let Some(rate) = playout_rate(rendition) {
        number(out, "maxPlayoutRate", rate);
    }
    text(out, "codingDependency", "false");
    out.push_str(">\n");
    let keys = Keys::of(&period.systems, rendition);
    keys.of_all(out);
    out.push_str("      <EssentialProperty");
    text(out, "schemeIdUri", "http://dashif.org/guidelines/trickmode");
    number(out, "value", main);
    out.push_str("/>\n");
    template(out, timelines, period, rendition, SegmentTarget::CHUNK);
    let frame_rate = keyframes::frame_rate(stream);
    for level in &rendition.levels {
        representation(out, (stream, level), Frames::Key, frame_rate.as_deref(), &keys);
    }
    out.push_str("    </AdaptationSet>\n");
}

/// How many times as fast it can be played for a decoder to have as much to do as with all frames: as
/// many as a chunk has, at the level with the fewest.
fn playout_rate(rendition: &Rendition<'_>) -> Option<u64> {
    let Stream { timeline, timescale, .. } = rendition.stream;
    let ticks = timeline.end().saturating_sub(timeline.start());
    let seconds =
        u64::from(timescale.ticks_per_second()).checked_mul(u64::try_from(timeline.len()).ok()?)?;
    let rates = rendition.levels.iter().filter_map(|level| match &level.track.format {
        Format::Video(format) => Some(format.frame_rate?.thousandths()),
        Format::Audio(_) | Format::Text(_) => None,
    });
    let frames = u128::from(rates.min()?) * u128::from(ticks);
    let each = frames.checked_div(1000 * u128::from(seconds))?;
    Some(u64::try_from(each).unwrap_or(u64::MAX).max(1))
}
