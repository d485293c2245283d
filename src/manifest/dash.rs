//! The manifest of DASH (`ISO/IEC 23009-1`): static, of the profile `isoff-live`, with a timeline of
//! segments that the levels of a stream share.

mod trick;

use super::attributes::{number, put, text};
use super::cmaf::{Level, Rendition, Untold, renditions};
use super::protection::{Keys, Systems, namespaces};
use super::rows::{Row, rows};
use super::texts;
use crate::index::{Format, Generation, Index, Stream, StreamKind, Timeline};
use crate::isobmff::{Ac3Config, BoxError, BoxType, Eac3Config, SampleEntry};
use crate::protection::sample_entry;
use crate::time::Timescale;
use crate::url::{Frames, INIT_FILE, SEGMENT, level_folder};
use crate::xml;

/// The MPD of `index`.
pub fn render(index: &Index) -> Result<String, Untold> {
    let mut renditions = renditions(index)?;
    renditions.extend(texts::texts(index));
    let start = renditions.iter().map(|each| smooth(each, Timeline::start)).min().unwrap_or(0);
    let end = renditions.iter().map(|each| smooth(each, Timeline::end)).max().unwrap_or(0);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<MPD");
    text(&mut out, "xmlns", "urn:mpeg:dash:schema:mpd:2011");
    namespaces(&mut out, &renditions);
    text(&mut out, "profiles", "urn:mpeg:dash:profile:isoff-live:2011");
    text(&mut out, "type", "static");
    seconds(&mut out, "mediaPresentationDuration", end.saturating_sub(start));
    seconds(&mut out, "minBufferTime", longest(&renditions));
    out.push_str(">\n  <Period id=\"0\" start=\"PT0S\">\n");
    let period = Period { generation: index.generation, systems: Systems::of(index), start };
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
    // What the file calls a sync sample may be followed by pictures that are shown before it.
    number(out, "startWithSAP", if is_video { 2 } else { 1 });
    out.push_str(">\n");
    let keys = Keys::of(&period.systems, rendition);
    keys.of_all(out);
    out.push_str("      <Label>");
    xml::escape(rendition.label(), out);
    out.push_str("</Label>\n      <Role schemeIdUri=\"urn:mpeg:dash:role:2011\"");
    text(out, "value", role(stream, is_main));
    out.push_str("/>\n");
    template(out, period, stream);
    for level in &rendition.levels {
        representation(out, (stream, level), Frames::All, &keys);
    }
    out.push_str("    </AdaptationSet>\n");
}

/// What the stream is for (`ISO/IEC 23009-1` 5.8.5.5).
fn role(stream: &Stream, is_main: bool) -> &'static str {
    let text = (stream.kind == StreamKind::Text).then(|| texts::role(stream)).flatten();
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
        Frames::Key => level.track.rates.key_peak,
    };
    out.push_str("      <Representation");
    // It is what stands in URLs for the level.
    number(out, "id", level_folder(&stream.name, level.track.bitrate, frames));
    number(out, "bandwidth", peak);
    text(out, "codecs", &level.codec);
    let mut inner = String::new();
    match &level.track.format {
        Format::Video(format) => {
            number(out, "width", format.width);
            number(out, "height", format.height);
            if let Some(frame_rate) = format.frame_rate.filter(|_| frames == Frames::All) {
                number(out, "frameRate", frame_rate);
            }
        }
        Format::Audio(format) => {
            number(out, "audioSamplingRate", format.sampling_rate);
            inner.push_str("        <AudioChannelConfiguration");
            let entry = sample_entry(stream.kind, &level.track.sample_entry);
            channels(&mut inner, entry, format.channels);
            inner.push_str("/>\n");
        }
        Format::Text(_) => {}
    }
    keys.of_level(&mut inner, level);
    match inner.as_str() {
        "" => out.push_str("/>\n"),
        inner => put(out, format_args!(">\n{inner}      </Representation>\n")),
    }
}

/// Where the channels are: for Dolby's codecs by Dolby's scheme, for others by the number that their
/// configuration has (`ISO/IEC 23091-3`).
fn channels(out: &mut String, entry: Option<SampleEntry<'_>>, count: u16) {
    match entry.and_then(|entry| dolby(&entry).ok()?) {
        Some(map) => {
            text(out, "schemeIdUri", "tag:dolby.com,2014:dash:audio_channel_configuration:2011");
            number(out, "value", format_args!("{map:04X}"));
        }
        None => {
            text(out, "schemeIdUri", "urn:mpeg:mpegB:cicp:ChannelConfiguration");
            number(out, "value", if count == 8 { 7 } else { count });
        }
    }
}

/// The custom channel map of a Dolby codec (`ETSI TS 102 366` I.1.2.1): left is its highest bit.
fn dolby(entry: &SampleEntry<'_>) -> Result<Option<u16>, BoxError> {
    /// By `acmod`: left, centre, right, left and right surround, and at bit 8 the centre behind.
    const MODES: [u16; 8] = [0xa000, 0x4000, 0xa000, 0xe000, 0xa100, 0xe100, 0xb800, 0xf800];
    const LFE: u16 = 1;
    /// By the bits of `chan_loc`.
    const LOCATIONS: [u16; 9] =
        [1 << 10, 1 << 9, 1 << 8, 1 << 7, 1 << 6, 1 << 5, 1 << 4, 1 << 3, 2];
    let (mode, has_lfe, locations) = match entry.format {
        BoxType::Code(code) if code == *b"ac-3" => {
            let config = Ac3Config::parse(&entry.expect(b"dac3", "it has no 'dac3'")?)?;
            (config.channel_mode, config.has_lfe, 0)
        }
        BoxType::Code(code) if code == *b"ec-3" => {
            let config = Eac3Config::parse(&entry.expect(b"dec3", "it has no 'dec3'")?)?;
            (config.channel_mode, config.has_lfe, config.channel_locations)
        }
        _ => return Ok(None),
    };
    let front = MODES.get(usize::from(mode)).copied().unwrap_or_default();
    let added = LOCATIONS.iter().enumerate().filter(|(bit, _)| (locations >> bit) & 1 != 0);
    let added = added.fold(0, |map, (_, location)| map | location);
    Ok(Some(front | added | if has_lfe { LFE } else { 0 }))
}

#[cfg(test)]
mod tests;
