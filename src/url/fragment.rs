//! A fragment, or a part of one, as Smooth Streaming asks for it; and how its URL is written in either
//! grammar.

use super::escape::{decode, encode_name};
use super::level::{Frames, SEGMENT, WEBVTT, bitrate_of, level_folder};
use super::{RequestError, encode};
use crate::base::digits::decimal;
use crate::base::target::SegmentTarget;
use crate::index::Generation;
use std::borrow::Cow;
use std::fmt;

/// `{presentation}/[{generation}/]QualityLevels({bitrate}[,{name}={value}]*)/{noun}({stream}={start})`,
/// or `{presentation}/{generation}/{stream}/{bitrate}/[{milliseconds}ms/|iframes/]{start}.m4s`, `{start}.vtt`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FragmentRequest<'a> {
    /// The server manifest's key.
    pub presentation: Cow<'a, str>,
    /// The build that the client's manifest was rendered from.
    pub generation: Option<Generation>,
    /// Names the quality level, in bits per second.
    pub bitrate: u32,
    /// What else the level must have: its `CustomAttributes`.
    pub attributes: Attributes,
    /// What of the fragment is wanted.
    pub noun: Noun,
    /// Names the stream.
    pub stream: Cow<'a, str>,
    /// When the fragment starts, in ticks of the stream's timescale.
    pub start: u64,
    /// About how long it lasts, if it is a segment: how many chunks it is of. All else is of one.
    pub target: SegmentTarget,
}

/// Names and values, in the order of the path.
pub type Attributes = Vec<(String, String)>;

/// The part of a fragment that is wanted (`[MS-SSTR]` 2.2.3), or its dialect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Noun {
    /// `Fragments`: `moof` and `mdat`.
    Fragments,
    /// `FragmentInfo`: the `moof` alone.
    FragmentInfo,
    /// `RawFragments`: the samples alone.
    RawFragments,
    /// `{start}.m4s`: all samples of its chunks as a segment of CMAF (`ISO/IEC 23000-19` 7.3.2).
    Segment,
    /// `iframes/{start}.m4s`: the first that can be decoded by itself, as a segment as long.
    KeySegment,
    /// `{start}.vtt`: its text as a segment of `WebVTT` (`RFC 8216` 3.5).
    WebVtt,
    /// `KeyFrames`: `moof` and `mdat` of those samples that can be decoded by themselves.
    KeyFrames,
}

/// Smooth Streaming's nouns, as they are written.
const NOUNS: [(Noun, &str); 4] = [
    (Noun::Fragments, "Fragments"),
    (Noun::FragmentInfo, "FragmentInfo"),
    (Noun::RawFragments, "RawFragments"),
    (Noun::KeyFrames, "KeyFrames"),
];

/// The `Url` of a stream in a client manifest, with the two placeholders that clients fill in
/// (`[MS-SSTR]` 2.2.2.3), relative to the presentation.
pub fn fragment_template(generation: Generation, stream: &str) -> String {
    let stream = encode_name(stream);
    format!("{generation}/QualityLevels({{bitrate}})/Fragments({stream}={{start time}})")
}

/// The level that a segment names, as it came: `QualityLevels(64000,cam=2)`.
pub(super) fn quality_level(segment: &str) -> Result<(u32, Attributes), RequestError> {
    let inner = segment.strip_suffix(')').or_else(|| segment.strip_suffix("%29"));
    let mut parts = inner.ok_or(UNCLOSED)?.split(',');
    let levels = decode(parts.next().unwrap_or_default())?;
    let (name, bitrate) = levels.split_once('(').unwrap_or_default();
    if !name.eq_ignore_ascii_case("QualityLevels") {
        return Err(RequestError::Grammar("QualityLevels is missing"));
    }
    let bitrate = bitrate_of(bitrate.trim())?;
    Ok((bitrate, parts.map(attribute).collect::<Result<_, _>>()?))
}

/// A name and its value; blanks around both are not part of them.
fn attribute(part: &str) -> Result<(String, String), RequestError> {
    let (name, value) = part
        .split_once('=')
        .ok_or(RequestError::Grammar("what follows the bitrate is not {name}={value}"))?;
    let decoded = |text| decode(text).map(|text| text.trim().to_owned());
    Ok((decoded(name)?, decoded(value)?))
}

/// What of which fragment a segment, decoded, asks for: `Fragments(video=0)`.
pub(super) fn predicate(segment: Cow<'_, str>) -> Result<(Noun, Cow<'_, str>, u64), RequestError> {
    match segment {
        Cow::Borrowed(segment) => {
            let (noun, stream, start) = parts(segment)?;
            Ok((noun, Cow::Borrowed(stream), start))
        }
        Cow::Owned(segment) => {
            let (noun, stream, start) = parts(&segment)?;
            Ok((noun, Cow::Owned(stream.to_owned()), start))
        }
    }
}

fn parts(segment: &str) -> Result<(Noun, &str, u64), RequestError> {
    let (name, predicate) = segment.split_once('(').unwrap_or((segment, ")"));
    let predicate = predicate.strip_suffix(')').ok_or(UNCLOSED)?;
    if name.eq_ignore_ascii_case("Manifest") {
        return Err(RequestError::NotServed("a playlist of Azure's"));
    }
    let noun = NOUNS.iter().find(|(_, noun)| noun.eq_ignore_ascii_case(name));
    let (noun, _) = noun.ok_or(RequestError::Grammar(
        "the last segment is not Fragments, FragmentInfo, RawFragments or KeyFrames",
    ))?;
    // The name may hold anything: the time is what follows the last `=`.
    let (stream, start) = predicate
        .rsplit_once('=')
        .filter(|(stream, _)| !stream.is_empty())
        .ok_or(RequestError::Grammar("the fragment is not named as {stream}={time}"))?;
    match decimal(start) {
        Some(start) => Ok((*noun, stream, start)),
        None if stream.contains(',') => {
            Err(RequestError::NotServed("a fragment in another format"))
        }
        None => Err(RequestError::Grammar("the time is not a decimal number below 2^64")),
    }
}

const UNCLOSED: RequestError =
    RequestError::Grammar("a parenthesis is not closed at the end of its segment");

impl FragmentRequest<'_> {
    /// The URL of the same of another chunk, which starts at `start`, relative to this one's.
    pub fn beside(&self, start: u64) -> String {
        let name = match self.noun {
            Noun::Segment | Noun::KeySegment => return format!("{start}{SEGMENT}"),
            Noun::WebVtt => return format!("{start}{WEBVTT}"),
            noun => NOUNS.iter().find(|(it, _)| *it == noun).map_or("", |(_, name)| name),
        };
        format!("{name}({}={start})", encode_name(&self.stream))
    }

    /// The frames of the level, if it is CMAF or WebVTT that is asked for.
    fn frames(&self) -> Option<Frames> {
        match self.noun {
            Noun::Segment | Noun::WebVtt => Some(Frames::All(self.target)),
            Noun::KeySegment => Some(Frames::Key),
            Noun::Fragments | Noun::FragmentInfo | Noun::RawFragments | Noun::KeyFrames => None,
        }
    }
}

impl fmt::Display for FragmentRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { generation, bitrate, stream, .. } = self;
        write!(f, "/{}/", encode(&self.presentation))?;
        if let Some(generation) = generation {
            write!(f, "{generation}/")?;
        }
        match self.frames() {
            Some(frames) => f.write_str(&level_folder(stream, *bitrate, frames))?,
            None => {
                write!(f, "QualityLevels({bitrate}")?;
                for (name, value) in &self.attributes {
                    write!(f, ",{}={}", encode_name(name), encode_name(value))?;
                }
                f.write_str(")")?;
            }
        }
        write!(f, "/{}", self.beside(self.start))
    }
}
