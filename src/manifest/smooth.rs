//! The client manifest of Smooth Streaming (`[MS-SSTR]` 2.2.2).
//!
//! Everything is written as the pickiest of players needs it: `Type` in lower case, the two
//! placeholders in their first spelling, `TimeScale` at the root and again on every stream, `d` on
//! every chunk, and `t` wherever a chunk does not start where its predecessor ended.

use super::attributes::{hex, integer, number, put, text};
use super::once::Once;
use super::rows::{LINES, Listed, listed};
use crate::base::time::Timescale;
use crate::base::uuid::Uuid;
use crate::index::{
    Attribute, AudioFormat, Control, Format, Labels, Protection, Track, VideoFormat, span,
};
use crate::ismc::names::{self, LEVEL, ROOT, STREAM};
use crate::url::{Form, fragment_template};
use crate::view::{Shown, Stretch, View, ViewError};
use base64::prelude::{BASE64_STANDARD, Engine};

/// The purpose of a text stream that names none: captions. A text stream must name one.
const CAPTIONS: &str = "CAPT";

/// The client manifest of what `view` shows.
pub fn render(view: &View<'_>, form: Form) -> Result<String, ViewError> {
    let mut out = String::with_capacity(4096);
    let streams = view.smooth()?;
    let timescale = common_timescale(&streams);
    out.push_str("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<SmoothStreamingMedia");
    out.push_str(match form {
        Form::Compact => " MajorVersion=\"2\" MinorVersion=\"2\"",
        Form::Legacy => " MajorVersion=\"2\" MinorVersion=\"0\"",
    });
    number(&mut out, "TimeScale", timescale.ticks_per_second());
    number(&mut out, "Duration", duration(&streams, timescale));
    kept(&mut out, view.attributes(), ROOT);
    out.push_str(">\n");
    protection(&mut out, view.protections());
    let mut timelines = Once::new();
    for each in &streams {
        stream(&mut out, &mut timelines, each, form);
    }
    view.extras().controls.iter().for_each(|each| control(&mut out, each));
    out.push_str("</SmoothStreamingMedia>\n");
    Ok(out)
}

/// What clients hand to licence systems (`[MS-SSTR]` 2.2.2.2): data. What has none, as the common system, is left
/// out, for there are players that fail at an empty header.
fn protection(out: &mut String, protections: &[Protection]) {
    let mut told = protections.iter().filter(|protection| !protection.data.is_empty()).peekable();
    if told.peek().is_none() {
        return;
    }
    out.push_str("  <Protection>\n");
    for protection in told {
        out.push_str("    <ProtectionHeader");
        number(out, "SystemID", Uuid(protection.system_id));
        out.push('>');
        BASE64_STANDARD.encode_string(&protection.data, out);
        out.push_str("</ProtectionHeader>\n");
    }
    out.push_str("  </Protection>\n");
}

/// The timescale that all streams share, or else the protocol's own.
fn common_timescale(streams: &[Shown<'_>]) -> Timescale {
    let mut timescales = streams.iter().map(|each| each.stream.timescale);
    let first = timescales.next().unwrap_or(Timescale::SMOOTH);
    if timescales.all(|other| other == first) { first } else { Timescale::SMOOTH }
}

/// How long the presentation is. Players count it from its start, also where that is not 0.
fn duration(streams: &[Shown<'_>], timescale: Timescale) -> u64 {
    let span = span(streams.iter().map(|each| (each.stream.kind, each.stretch.span(timescale))));
    span.end.saturating_sub(span.start)
}

fn stream<'a>(out: &mut String, timelines: &mut Once<Stretch<'a>>, shown: &Shown<'a>, form: Form) {
    let Shown { generation, stream, stretch, tracks } = shown;
    out.push_str("  <StreamIndex");
    text(out, "Type", stream.kind.as_str());
    text(out, "Name", shown.name());
    let video = |track: &Track| match &track.format {
        Format::Video(video) => Some((video.width, video.height)),
        _ => None,
    };
    let is_text = tracks.iter().any(|track| matches!(track.format, Format::Text(_)));
    match stream.subtype.as_str() {
        "" if is_text => text(out, "Subtype", CAPTIONS),
        "" => {}
        subtype => text(out, "Subtype", subtype),
    }
    if !stream.language.is_empty() {
        text(out, "Language", &stream.language);
    }
    let Labels { accessibility, roles, .. } = &stream.labels;
    if !roles.is_empty() {
        text(out, "Role", &roles.join(" "));
    }
    if !accessibility.is_empty() {
        text(out, "Accessibility", accessibility);
    }
    number(out, "TimeScale", stream.timescale.ticks_per_second());
    number(out, "Chunks", stretch.len());
    number(out, "QualityLevels", tracks.len());
    let video = || tracks.iter().filter_map(|track| video(track));
    if let Some(width) = video().map(|(width, _)| width).max() {
        number(out, "MaxWidth", width);
    }
    if let Some(height) = video().map(|(_, height)| height).max() {
        number(out, "MaxHeight", height);
    }
    kept(out, &stream.attributes, STREAM);
    put(out, format_args!(" Url=\"{}\">\n", fragment_template(*generation, &stream.name)));
    for (place, each) in tracks.iter().enumerate() {
        track(out, place, each);
    }
    timelines.append(out, *stretch, |out, stretch| chunks(out, *stretch, form));
    out.push_str("  </StreamIndex>\n");
}

/// A stream as its manifest had it.
fn control(out: &mut String, Control { attributes, content }: &Control) {
    out.push_str("  <StreamIndex");
    attributes.iter().for_each(|attribute| text(out, &attribute.name, &attribute.value));
    out.push('>');
    out.push_str(content);
    out.push_str("</StreamIndex>\n");
}

fn track(out: &mut String, place: usize, track: &Track) {
    out.push_str("    <QualityLevel");
    number(out, "Index", place);
    number(out, "Bitrate", track.bitrate);
    match &track.format {
        Format::Video(format) => video(out, format),
        Format::Audio(format) => audio(out, format),
        Format::Text(format) => {
            text(out, "FourCC", format.four_cc.as_str());
            text(out, "CodecPrivateData", "");
        }
    }
    kept(out, &track.attributes, LEVEL);
    if track.custom_attributes.is_empty() {
        out.push_str("/>\n");
        return;
    }
    out.push_str(">\n      <CustomAttributes>\n");
    for attribute in &track.custom_attributes {
        out.push_str("        <Attribute");
        text(out, "Name", &attribute.name);
        text(out, "Value", &attribute.value);
        out.push_str("/>\n");
    }
    out.push_str("      </CustomAttributes>\n    </QualityLevel>\n");
}

fn video(out: &mut String, format: &VideoFormat) {
    text(out, "FourCC", format.four_cc.as_str());
    number(out, "MaxWidth", format.width);
    number(out, "MaxHeight", format.height);
    hex(out, "CodecPrivateData", &format.codec_private_data);
    if format.nal_length_size != 4 {
        number(out, "NALUnitLengthField", format.nal_length_size);
    }
}

fn audio(out: &mut String, format: &AudioFormat) {
    text(out, "FourCC", format.four_cc.as_str());
    number(out, "SamplingRate", format.sampling_rate);
    number(out, "Channels", format.channels);
    number(out, "BitsPerSample", format.bits_per_sample);
    number(out, "PacketSize", format.packet_size);
    number(out, "AudioTag", format.audio_tag);
    hex(out, "CodecPrivateData", &format.codec_private_data);
}

fn chunks(out: &mut String, stretch: Stretch<'_>, form: Form) {
    let longest = if form == Form::Compact { usize::MAX } else { 1 };
    let mut lines = Once::of_last(LINES);
    for each in listed(stretch.rows(), longest) {
        lines.append(out, each, line);
    }
}

fn line(out: &mut String, &Listed { start, duration, count }: &Listed) {
    out.push_str("    <c");
    if let Some(start) = start {
        integer(out, "t", start);
    }
    integer(out, "d", duration);
    if count > 1 {
        integer(out, "r", count);
    }
    out.push_str("/>\n");
}

/// Attributes kept from elsewhere: none that is written here, none twice.
fn kept(out: &mut String, attributes: &[Attribute], written: &[&str]) {
    for (place, attribute) in attributes.iter().enumerate() {
        let earlier = attributes.iter().take(place).any(|other| other.name == attribute.name);
        if names::is_foreign(&attribute.name, written) && !earlier {
            text(out, &attribute.name, &attribute.value);
        }
    }
}

#[cfg(test)]
mod tests;
