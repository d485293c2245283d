//! Keyframes by themselves, which players show while they are wound through: an adaptation set beside the
//! one that it stands in for (`DASH-IF` Guidelines for Implementation, 3.2.9).

use super::super::attributes::{number, text};
use super::super::protection::Keys;
use super::{Period, representation, template};
use crate::base::frame_rate::Pace;
use crate::index::{BitRates, Format, Stream};
use crate::url::Frames;
use crate::view::{Level, Rendition};

/// The keyframes of every level of `rendition`, whose own adaptation set is `main`.
pub(super) fn adaptation_set(
    out: &mut String,
    period: &Period<'_>,
    (id, rendition): (usize, &Rendition<'_>),
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
    template(out, period, stream);
    for level in &rendition.levels {
        representation(out, (stream, level), Frames::Key, &keys);
    }
    out.push_str("    </AdaptationSet>\n");
}

/// Bits a second that the keyframes of `level` take at most: less than all of its frames, also where the
/// index does not know how much less, so that clients which do not know what this set is rank it last.
pub(super) fn peak(level: &Level<'_>) -> u32 {
    let BitRates { peak, key_peak, .. } = level.track.rates;
    key_peak.min(peak.saturating_sub(1)).max(1)
}

/// One frame a chunk, at the fastest second's rate. It is always a fraction: clients that read whole numbers
/// alone would else take it for more than the unknown rate of the other set.
pub(super) fn frame_rate(stream: &Stream) -> Option<String> {
    let mut pace = Pace::new(stream.timescale);
    let durations = stream.timeline.iter().map(|chunk| chunk.duration);
    durations.for_each(|duration| pace.push(u32::try_from(duration).unwrap_or(u32::MAX)));
    pace.frame_rate().map(|rate| format!("{}/{}", rate.frames(), rate.seconds()))
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
