//! The playlists of HLS (`RFC 8216`, with what `draft-pantos-hls-rfc8216bis` says of CMAF).

mod iframes;
mod keys;
mod parts;
mod splices;
mod subtitles;

use super::attributes::put;
use super::once::Once;
use super::protection::{Systems, Tag};
use super::rows::LINES;
use crate::base::chunk::Chunk;
use crate::base::frame_rate::FrameRate;
use crate::base::target::SegmentTarget;
use crate::base::time::Timescale;
use crate::index::{Format, Stream, StreamKind, Track};
use crate::url::{self, Frames, INIT_FILE, SEGMENT, WEBVTT};
use crate::view::{Audio, Level, Rendition, View, ViewError, default_of};
use keys::Keys;
use parts::{characteristics, language, names, uri, video_range};

/// Fragmented MP4 takes this version.
const HEAD: &str = "#EXTM3U\n#EXT-X-VERSION:7\n";

/// The multivariant playlist of what `view` shows: every level of the first stream of video with every group of audio.
pub fn master(view: &View<'_>) -> Result<String, ViewError> {
    let renditions = view.renditions()?;
    let of = |kind| renditions.iter().filter(move |rendition| rendition.stream.kind == kind);
    let groups = groups(&of(StreamKind::Audio).collect::<Vec<_>>());
    let videos: Vec<_> = of(StreamKind::Video).collect();
    // A player takes all variants for the same film, so video of another stream cannot be listed beside the first.
    let main = videos.first().map(|main| main.stream);
    let is_main = |it: &&Rendition<'_>| main.is_some_and(|main| std::ptr::eq(main, it.stream));
    let videos: Vec<_> = videos.into_iter().filter(is_main).collect();
    let mut out = format!("{HEAD}#EXT-X-INDEPENDENT-SEGMENTS\n");
    session_keys(&mut out, view, &renditions);
    // Their times are those of the whole.
    if !view.extras().chapters.is_empty() && view.clip().is_none() {
        let uri = url::chapters(view.generation());
        put(
            &mut out,
            format_args!("#EXT-X-SESSION-DATA:DATA-ID=\"com.apple.hls.chapters\",URI=\"{uri}\"\n"),
        );
    }
    // Audio alone is a variant, and needs no group unless there is more to say of it.
    for group in groups.iter().filter(|group| !videos.is_empty() || group.says_more()) {
        group.write(&mut out);
    }
    let texts = view.texts();
    subtitles::write(&mut out, &texts);
    for video in &videos {
        for level in from_first(&video.levels, view.first()) {
            let alone = Variant { rendition: video, level, group: None, texts: &texts };
            match groups.as_slice() {
                [] => alone.write(&mut out),
                some => some.iter().for_each(|group| {
                    Variant { group: Some(group), ..alone }.write(&mut out);
                }),
            }
        }
    }
    for video in &videos {
        iframes::write(&mut out, video);
    }
    if videos.is_empty() || view.has_audio_alone() {
        for group in &groups {
            if let Some(&(rendition, level)) = group.members.first() {
                let group = (!videos.is_empty() || group.says_more()).then_some(group);
                Variant { rendition, level, group, texts: &texts }.write(&mut out);
            }
        }
    }
    Ok(out)
}

/// `levels`, beginning with the highest of at most `first` bits a second: a player begins with the first variant.
fn from_first<'a>(
    levels: &'a [Level<'a>],
    first: Option<u32>,
) -> impl Iterator<Item = &'a Level<'a>> {
    let fits = |level: &&Level<'_>| first.is_some_and(|most| level.track.bitrate <= most);
    let first = levels.iter().filter(fits).max_by_key(|level| level.track.bitrate);
    let is_first = move |level: &Level<'_>| first.is_some_and(|first| std::ptr::eq(first, level));
    first.into_iter().chain(levels.iter().filter(move |level| !is_first(level)))
}

/// Every key of the presentation, each once.
fn session_keys(out: &mut String, view: &View<'_>, renditions: &[Rendition<'_>]) {
    let systems = Systems::of(view);
    let mut written = Vec::new();
    for level in renditions.iter().flat_map(|rendition| &rendition.levels) {
        let Some(protection) = &level.protection else { continue };
        let tags = systems.tags(Tag::SessionKey, protection);
        if !written.contains(&tags) {
            out.push_str(&tags);
            written.push(tags);
        }
    }
}

/// The media playlist of `track`, which is one of `stream`'s, and that one of the view's; or that of its key
/// frames (`RFC 8216` 4.3.3.6).
///
/// Each segment lasts until the next one starts, to the nearest ten-millionth of a second from the
/// start of the stream, so that no error adds up.
pub fn playlist(
    view: &View<'_>,
    stream: &Stream,
    track: &Track,
    frames: Frames,
) -> Result<String, ViewError> {
    let ticks = |at| stream.timescale.rescale(at, Timescale::SMOOTH).unwrap_or(u64::MAX);
    let target = match frames {
        Frames::All(target) => target,
        Frames::Key => SegmentTarget::CHUNK,
    };
    let segments = view.stretch(stream).segments(target);
    let spans: Vec<Chunk> = segments.map(|segment| segment.span).collect();
    if view.clip().is_some() && spans.is_empty() {
        return Err(ViewError::NothingLeft);
    }
    let starts = || spans.iter().map(|span| span.start);
    let first = starts().next().map_or(0, ticks);
    let mut begun = first;
    let ends = starts().skip(1).chain(spans.last().and_then(|last| last.end()));
    let durations =
        ends.map(ticks).map(|end| end.saturating_sub(std::mem::replace(&mut begun, end)));
    let durations: Vec<u64> = durations.collect();
    let second = u64::from(Timescale::SMOOTH.ticks_per_second());
    let rounded = |duration: u64| duration.saturating_add(second / 2) / second;
    let longest = durations.iter().copied().map(rounded).max().unwrap_or(0).max(1);
    let mut out = String::from(HEAD);
    put(&mut out, format_args!("#EXT-X-TARGETDURATION:{longest}\n#EXT-X-MEDIA-SEQUENCE:0\n"));
    out.push_str("#EXT-X-PLAYLIST-TYPE:VOD\n");
    out.push_str(match frames {
        Frames::All(_) => "#EXT-X-INDEPENDENT-SEGMENTS\n",
        Frames::Key => "#EXT-X-I-FRAMES-ONLY\n",
    });
    parts::beginning(&mut out, view.clip(), first);
    let (extension, mut keys) = match stream.kind {
        StreamKind::Text => (WEBVTT, Keys::none()),
        StreamKind::Video | StreamKind::Audio => {
            put(&mut out, format_args!("#EXT-X-MAP:URI=\"{INIT_FILE}\"\n"));
            (SEGMENT, Keys::of(view, stream, track)?)
        }
    };
    let tells = stream.kind == StreamKind::Video && frames != Frames::Key;
    splices::write(&mut out, &view.extras().splices, first, tells);
    let (mut tags, mut digits) = (Once::of_last(LINES), itoa::Buffer::new());
    for (&span, duration) in spans.iter().zip(durations) {
        keys.before(span, &mut out);
        tags.append(&mut out, duration, parts::lasting);
        out.push_str(digits.format(span.start));
        out.push_str(extension);
        out.push('\n');
    }
    out.push_str("#EXT-X-ENDLIST\n");
    Ok(out)
}

/// Audio of which one track is heard with the video.
struct Group<'a> {
    id: String,
    /// One level of each stream.
    members: Vec<(&'a Rendition<'a>, &'a Level<'a>)>,
}

/// A group for each way of coding and each rank of quality in it: a group may not have a stream twice.
fn groups<'a>(renditions: &[&'a Rendition<'a>]) -> Vec<Group<'a>> {
    let mut groups = Vec::new();
    for (at, first) in renditions.iter().enumerate() {
        let coding = first.coding();
        if renditions.iter().take(at).any(|rendition| rendition.coding() == coding) {
            continue;
        }
        let alike = || renditions.iter().filter(move |rendition| rendition.coding() == coding);
        let ranks = alike().map(|rendition| rendition.levels.len()).max().unwrap_or(0);
        for rank in 0..ranks {
            let level = |rendition: &&'a Rendition<'a>| {
                Some((*rendition, rendition.levels.get(rank).or(rendition.levels.last())?))
            };
            let number = groups.len() + 1;
            let id = if number == 1 { "audio".to_owned() } else { format!("audio-{number}") };
            groups.push(Group { id, members: alike().filter_map(level).collect() });
        }
    }
    groups
}

impl Group<'_> {
    /// Whether there are others to choose, or objects, which only a group has a place for.
    fn says_more(&self) -> bool {
        let has_objects =
            |level: &Level<'_>| Audio::of(level.track).is_some_and(|audio| audio.objects.is_some());
        self.members.len() > 1 || self.members.iter().any(|(_, level)| has_objects(level))
    }

    fn write(&self, out: &mut String) {
        let renditions = self.members.iter().map(|(rendition, _)| *rendition);
        let (default, names) = (default_of(renditions.clone()), names(renditions));
        for (at, ((rendition, level), name)) in self.members.iter().zip(names).enumerate() {
            put(out, format_args!("#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"{}\"", self.id));
            put(out, format_args!(",NAME=\"{name}\""));
            language(out, rendition);
            let is_default = if at == default { "YES" } else { "NO" };
            put(out, format_args!(",DEFAULT={is_default},AUTOSELECT=YES"));
            characteristics(out, rendition);
            if let Some(audio) = Audio::of(level.track) {
                put(out, format_args!(",CHANNELS=\"{}\"", channels(&audio)));
            }
            out.push_str(",URI=\"");
            uri(out, rendition, level);
            out.push_str("\"\n");
        }
    }
}

/// As many channels as come out, or as many objects may (HLS Authoring Specification, appendixes).
fn channels(audio: &Audio) -> String {
    match audio.objects {
        Some(complexity) => format!("{complexity}/JOC"),
        None => audio.channels.to_string(),
    }
}

/// A level of the film, with what may be played beside it (`RFC 8216` 4.3.4.2).
#[derive(Clone, Copy)]
struct Variant<'a> {
    rendition: &'a Rendition<'a>,
    level: &'a Level<'a>,
    /// Audio, one of which is heard with it.
    group: Option<&'a Group<'a>>,
    /// Captions and subtitles, one of which may be shown with it.
    texts: &'a [Rendition<'a>],
}

impl Variant<'_> {
    fn write(self, out: &mut String) {
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

#[cfg(test)]
mod tests;
