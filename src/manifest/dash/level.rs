//! A level in an MPD, and the timeline that it shares with others.

use super::keyframes;
use super::segments::{Segments, Timelines};
use crate::base::target::SegmentTarget;
use crate::base::time::Timescale;
use crate::index::{Format, Stream};
use crate::manifest::attributes::{number, put, text};
use crate::manifest::protection::{Keys, Systems};
use crate::url::{Frames, INIT_FILE, SEGMENT, frames_folder, level_folder};
use crate::view::{Audio, Layout, Level, Rendition, VideoRange};

/// The data that all adaptation sets share.
pub(super) struct Period<'a> {
    pub(super) systems: Systems<'a>,
    /// When it starts, in Smooth Streaming's ticks.
    pub(super) start: u64,
}

/// The timeline of segments of `target`, and where they lie.
pub(super) fn template<'a>(
    out: &mut String,
    timelines: &mut Timelines<'a>,
    period: &Period<'_>,
    rendition: &Rendition<'a>,
    target: SegmentTarget,
) {
    let Rendition { generation, stream, stretch, .. } = *rendition;
    out.push_str("      <SegmentTemplate");
    number(out, "timescale", stream.timescale.ticks_per_second());
    let start = Timescale::SMOOTH.rescale(period.start, stream.timescale).unwrap_or(0);
    if start > 0 {
        number(out, "presentationTimeOffset", start);
    }
    let folder = frames_folder(Frames::All(target));
    let folder = format_args!("{generation}/$RepresentationID${folder}");
    number(out, "initialization", format_args!("{folder}/{INIT_FILE}"));
    number(out, "media", format_args!("{folder}/$Time${SEGMENT}"));
    out.push_str(">\n");
    timelines.append(out, Segments::of(stretch, target));
    out.push_str("      </SegmentTemplate>\n");
}

/// How many frames a second a level of video has.
pub(super) fn frame_rate(level: &Level<'_>) -> Option<String> {
    match &level.track.format {
        Format::Video(format) => format.frame_rate.map(|rate| rate.to_string()),
        Format::Audio(_) | Format::Text(_) => None,
    }
}

/// A level, or its keyframes alone, of which so many are shown a second.
pub(super) fn representation(
    out: &mut String,
    (stream, level): (&Stream, &Level<'_>),
    frames: Frames,
    frame_rate: Option<&str>,
    keys: &Keys<'_>,
) {
    let peak = match frames {
        Frames::All(_) => level.track.rates.peak,
        Frames::Key => keyframes::peak(level),
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
