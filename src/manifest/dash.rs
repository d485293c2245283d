//! The manifest of DASH (`ISO/IEC 23009-1`): static, of the profile `isoff-live`, with a timeline of
//! segments that the levels of a stream share.

mod events;
mod keyframes;
mod level;
mod segments;
mod trick;

use super::attributes::{number, put, text};
use super::protection::{Keys, Systems, namespaces};
use crate::base::time::Timescale;
use crate::base::xml;
use crate::index::{StreamKind, span};
use crate::url::Frames;
use crate::view::{ROLE_SCHEME, Rendition, View, ViewError, default_of};
use level::{Period, frame_rate, representation, template};
use segments::Timelines;
use std::ops::Range;

/// The MPD of what `view` shows.
pub fn render(view: &View<'_>) -> Result<String, ViewError> {
    let mut renditions = view.renditions()?;
    let Range { start, end } = shown(view, &renditions);
    renditions.extend(view.texts());
    let period = Period { systems: Systems::of(view), start };
    let (mut sets, mut timelines) = (String::new(), Timelines::new());
    for (at, each) in renditions.iter().enumerate() {
        let alike = || renditions.iter().filter(|other| kind(other) == kind(each));
        let is_main = alike().nth(default_of(alike())).is_some_and(|main| std::ptr::eq(main, each));
        adaptation_set(&mut sets, &mut timelines, &period, (at, each), is_main);
    }
    let longest = timelines.longest();
    for (at, each) in renditions.iter().enumerate() {
        if kind(each) == StreamKind::Video {
            let id = renditions.len() + at;
            trick::adaptation_set(&mut sets, &mut timelines, &period, (id, each), at);
        }
    }
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<MPD");
    text(&mut out, "xmlns", "urn:mpeg:dash:schema:mpd:2011");
    namespaces(&mut out, &renditions);
    text(&mut out, "profiles", "urn:mpeg:dash:profile:isoff-live:2011");
    text(&mut out, "type", "static");
    seconds(&mut out, "mediaPresentationDuration", end.saturating_sub(start));
    // A client plays so long from what it has of a level at its bandwidth, whichever segment it is at.
    seconds(&mut out, "minBufferTime", longest);
    out.push_str(">\n  <Period id=\"0\" start=\"PT0S\">\n");
    events::write(&mut out, view, start..end);
    out.push_str(&sets);
    out.push_str("  </Period>\n</MPD>\n");
    Ok(out)
}

/// What of the presentation's time is shown, in Smooth Streaming's ticks. Segments that straddle the bounds of a clip are
/// listed whole. It ends at its bound, and begins with a chunk of video: of frames before the first keyframe in a period
/// browsers show none.
fn shown(view: &View<'_>, renditions: &[Rendition<'_>]) -> Range<u64> {
    let spans = renditions.iter().map(|each| (kind(each), each.stretch.span(Timescale::SMOOTH)));
    let whole = span(spans.clone());
    let Some(clip) = view.clip() else { return whole };
    let Range { start, end } = clip.narrow(whole);
    let video = spans.filter(|(kind, _)| *kind == StreamKind::Video).map(|(_, span)| span.start);
    video.min().map_or(start, |first| first.min(start))..end
}

fn kind(rendition: &Rendition<'_>) -> StreamKind {
    rendition.stream.kind
}

/// A duration as XML Schema writes it.
fn seconds(out: &mut String, name: &str, ticks: u64) {
    let second = u64::from(Timescale::SMOOTH.ticks_per_second());
    let (seconds, rest) = (ticks / second, ticks % second);
    number(out, name, format_args!("PT{seconds}.{rest:07}S"));
}

fn adaptation_set<'a>(
    out: &mut String,
    timelines: &mut Timelines<'a>,
    period: &Period<'_>,
    (at, rendition): (usize, &Rendition<'a>),
    is_main: bool,
) {
    let stream = rendition.stream;
    let is_video = stream.kind == StreamKind::Video;
    out.push_str("    <AdaptationSet");
    number(out, "id", at);
    text(out, "contentType", stream.kind.as_str());
    text(out, "mimeType", stream.kind.media_type());
    if let Some(language) = rendition.language() {
        text(out, "lang", &language);
    }
    text(out, "segmentAlignment", "true");
    // What the file calls a sync sample may be followed by frames that are shown before it.
    number(out, "startWithSAP", if is_video { 2 } else { 1 });
    out.push_str(">\n");
    let keys = Keys::of(&period.systems, rendition);
    keys.of_all(out);
    out.push_str("      <Label>");
    xml::escape(rendition.label(), out);
    out.push_str("</Label>\n");
    let accessibility = rendition.accessibility().map(|value| ("Accessibility", value));
    let roles = rendition.roles(is_main).into_iter().map(|value| ("Role", value));
    for (element, value) in accessibility.into_iter().chain(roles) {
        put(out, format_args!("      <{element}"));
        text(out, "schemeIdUri", ROLE_SCHEME);
        text(out, "value", value);
        out.push_str("/>\n");
    }
    template(out, timelines, period, rendition, rendition.target);
    for level in &rendition.levels {
        let frame_rate = frame_rate(level);
        representation(out, (stream, level), Frames::CHUNKS, frame_rate.as_deref(), &keys);
    }
    out.push_str("    </AdaptationSet>\n");
}

#[cfg(test)]
mod tests;
