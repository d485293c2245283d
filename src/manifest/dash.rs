//! The manifest of DASH (`ISO/IEC 23009-1`): static, of the profile `isoff-live`, with a timeline of
//! segments that the levels of a stream share.

mod trick;

use super::attributes::{number, put, text};
use super::protection::{Keys, Systems, namespaces};
use super::rows::{Row, rows};
use crate::base::time::Timescale;
use crate::base::xml;
use crate::index::{Format, Generation, Stream, StreamKind, Timeline, span};
use crate::url::{Frames, INIT_FILE, SEGMENT, level_folder};
use crate::view::{Audio, Layout, Level, Rendition, TextRole, VideoRange, View, ViewError};
use std::ops::Range;

/// The MPD of what `view` shows.
pub fn render(view: &View<'_>) -> Result<String, ViewError> {
    let mut renditions = view.renditions()?;
    let Range { start, end } = span(renditions.iter().map(|each| each.stream), Timescale::SMOOTH);
    renditions.extend(view.texts());
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<MPD");
    text(&mut out, "xmlns", "urn:mpeg:dash:schema:mpd:2011");
    namespaces(&mut out, &renditions);
    text(&mut out, "profiles", "urn:mpeg:dash:profile:isoff-live:2011");
    text(&mut out, "type", "static");
    seconds(&mut out, "mediaPresentationDuration", end.saturating_sub(start));
    seconds(&mut out, "minBufferTime", longest(&renditions));
    out.push_str(">\n  <Period id=\"0\" start=\"PT0S\">\n");
    let period = Period { generation: view.generation(), systems: Systems::of(view), start };
    for (at, each) in renditions.iter().enumerate() {
        let is_main = renditions.iter().take(at).all(|other| kind(other) != kind(each));
        adaptation_set(&mut out, &period, (at, each), is_main);
    }
    for (at, each) in renditions.iter().enumerate() {
        if kind(each) == StreamKind::Video {
            let id = renditions.len() + at;
            trick::adaptation_set(&mut out, &period, (id, each), at);
        }
    }
    out.push_str("  </Period>\n</MPD>\n");
    Ok(out)
}

/// What all adaptation sets have in common.
struct Period<'a> {
    generation: Generation,
    systems: Systems<'a>,
    /// When it starts, in Smooth Streaming's ticks.
    start: u64,
}

fn kind(rendition: &Rendition<'_>) -> StreamKind {
    rendition.stream.kind
}

/// A time of a stream's timeline in Smooth Streaming's ticks, of which a duration is written.
fn smooth(rendition: &Rendition<'_>, time: fn(&Timeline) -> u64) -> u64 {
    let Stream { timeline, timescale, .. } = rendition.stream;
    timescale.rescale(time(timeline), Timescale::SMOOTH).unwrap_or(u64::MAX)
}

/// How long a client plays from what it has of a level at its bandwidth, whichever segment it is at.
fn longest(renditions: &[Rendition<'_>]) -> u64 {
    let longest = renditions.iter().map(|rendition| {
        smooth(rendition, |timeline| timeline.iter().map(|chunk| chunk.duration).max().unwrap_or(0))
    });
    longest.max().unwrap_or(0)
}

/// A duration as XML Schema writes it.
fn seconds(out: &mut String, name: &str, ticks: u64) {
    let second = u64::from(Timescale::SMOOTH.ticks_per_second());
    let (seconds, rest) = (ticks / second, ticks % second);
    number(out, name, format_args!("PT{seconds}.{rest:07}S"));
}

fn adaptation_set(
    out: &mut String,
    period: &Period<'_>,
    (at, rendition): (usize, &Rendition<'_>),
    is_main: bool,
) {
    let stream = rendition.stream;
    let is_video = stream.kind == StreamKind::Video;
    out.push_str("    <AdaptationSet");
    number(out, "id", at);
    text(out, "contentType", stream.kind.as_str());
    text(out, "mimeType", stream.kind.media_type());
    if !stream.language.is_empty() {
        text(out, "lang", &stream.language);
    }
    text(out, "segmentAlignment", "true");
    // What the file calls a sync sample may be followed by frames that are shown before it.
    number(out, "startWithSAP", if is_video { 2 } else { 1 });
    out.push_str(">\n");
    let keys = Keys::of(&period.systems, rendition);
    keys.of_all(out);
    out.push_str("      <Label>");
    xml::escape(rendition.label(), out);
    out.push_str("</Label>\n      <Role schemeIdUri=\"urn:mpeg:dash:role:2011\"");
    text(out, "value", role(rendition, is_main));
    out.push_str("/>\n");
    template(out, period, stream);
    for level in &rendition.levels {
        representation(out, (stream, level), Frames::All, &keys);
    }
    out.push_str("    </AdaptationSet>\n");
}

/// What the stream is for (`ISO/IEC 23009-1` 5.8.5.5).
fn role(rendition: &Rendition<'_>, is_main: bool) -> &'static str {
    let text = rendition.text_role().map(TextRole::name);
    text.unwrap_or(if is_main { "main" } else { "alternate" })
}

fn template(out: &mut String, period: &Period<'_>, stream: &Stream) {
    let Period { generation, start, .. } = *period;
    out.push_str("      <SegmentTemplate");
    number(out, "timescale", stream.timescale.ticks_per_second());
    let start = Timescale::SMOOTH.rescale(start, stream.timescale).unwrap_or(0);
    if start > 0 {
        number(out, "presentationTimeOffset", start);
    }
    let level = format_args!("{generation}/$RepresentationID$");
    number(out, "initialization", format_args!("{level}/{INIT_FILE}"));
    number(out, "media", format_args!("{level}/$Time${SEGMENT}"));
    out.push_str(">\n        <SegmentTimeline>\n");
    for Row { start, duration, count } in rows(&stream.timeline, u64::MAX) {
        out.push_str("          <S");
        if let Some(start) = start {
            number(out, "t", start);
        }
        number(out, "d", duration);
        if count > 1 {
            number(out, "r", count - 1);
        }
        out.push_str("/>\n");
    }
    out.push_str("        </SegmentTimeline>\n      </SegmentTemplate>\n");
}

fn representation(
    out: &mut String,
    (stream, level): (&Stream, &Level<'_>),
    frames: Frames,
    keys: &Keys<'_>,
) {
    let peak = match frames {
        Frames::All => level.track.rates.peak,
        Frames::Key => trick::peak(level),
    };
    out.push_str("      <Representation");
    // It is what stands in URLs for the level.
    number(out, "id", level_folder(&stream.name, level.track.bitrate, frames));
    number(out, "bandwidth", peak);
    text(out, "codecs", &level.codec);
    let mut inner = String::new();
    match &level.track.format {
        Format::Video(format) => {
            let (width, height) = format.matrix.shown((format.width, format.height));
            number(out, "width", width);
            number(out, "height", height);
            let frame_rate = match frames {
                Frames::All => format.frame_rate.map(|rate| rate.to_string()),
                Frames::Key => trick::frame_rate(stream),
            };
            if let Some(frame_rate) = frame_rate {
                number(out, "frameRate", frame_rate);
            }
        }
        Format::Audio(_) => {
            if let Some(audio) = Audio::of(level.track) {
                number(out, "audioSamplingRate", audio.sampling_rate);
                channels(&mut inner, audio.layout);
            }
        }
        Format::Text(_) => {}
    }
    keys.of_level(&mut inner, level);
    supplements(&mut inner, level);
    match inner.as_str() {
        "" => out.push_str("/>\n"),
        inner => put(out, format_args!(">\n{inner}      </Representation>\n")),
    }
}

/// Where the channels are: for Dolby's codecs by Dolby's scheme, for others by the number of their layout
/// (`ISO/IEC 23091-3`), if it has one.
fn channels(out: &mut String, layout: Layout) {
    const DOLBY: &str = "tag:dolby.com,2014:dash:audio_channel_configuration:2011";
    const CICP: &str = "urn:mpeg:mpegB:cicp:ChannelConfiguration";
    let (scheme, value) = match layout {
        Layout::Dolby(map) => (DOLBY, format!("{map:04X}")),
        Layout::Cicp(number) => (CICP, number.to_string()),
        Layout::Unknown => return,
    };
    descriptor(out, "AudioChannelConfiguration", scheme, &value);
}

/// What players may know of a level, and are free to pass over.
fn supplements(out: &mut String, level: &Level<'_>) {
    const TRANSFER: &str = "urn:mpeg:mpegB:cicp:TransferCharacteristics";
    const EXTENSION: &str = "tag:dolby.com,2018:dash:EC3_ExtensionType:2018";
    const COMPLEXITY: &str = "tag:dolby.com,2018:dash:EC3_ExtensionComplexityIndex:2018";
    let mut supplement =
        |scheme, value: &str| descriptor(out, "SupplementalProperty", scheme, value);
    if let Some(transfer) = level.range.and_then(VideoRange::transfer) {
        supplement(TRANSFER, &transfer.to_string());
    }
    if let Some(objects) = Audio::of(level.track).and_then(|audio| audio.objects) {
        supplement(EXTENSION, "JOC");
        supplement(COMPLEXITY, &objects.to_string());
    }
}

/// A `DescriptorType` (`ISO/IEC 23009-1` 5.8.2) of a representation.
fn descriptor(out: &mut String, element: &str, scheme: &str, value: &str) {
    put(out, format_args!("        <{element}"));
    text(out, "schemeIdUri", scheme);
    text(out, "value", value);
    out.push_str("/>\n");
}

#[cfg(test)]
mod tests;
