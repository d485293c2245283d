//! What a path asks for (`[MS-SSTR]` 2.2.1 and 2.2.3): a total function of the path alone.

mod arguments;
mod level;
mod manifest;

use crate::index::Generation;
use crate::manifest::hls::Frames;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::borrow::Cow;
use thiserror::Error;

pub use level::{LevelPart, LevelRequest};
pub use manifest::{ManifestFormat, ManifestRequest};

use arguments::{Call, call};

/// A presentation's path may have so many bytes: a KV key has 512, and shares them with a prefix.
pub const MAX_PRESENTATION_LEN: usize = 480;

/// One thing that a path may ask for. It borrows the decoded path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Request<'a> {
    /// Silverlight's `clientaccesspolicy.xml`.
    ClientAccessPolicy,
    /// Flash's `crossdomain.xml`.
    CrossDomain,
    /// A presentation by its bare name, which a client is sent on from.
    Presentation,
    /// A manifest of the whole presentation.
    Manifest(ManifestRequest<'a>),
    /// What CMAF clients want of a quality level before its segments.
    Level(LevelRequest<'a>),
    /// A fragment, or a part of one.
    Fragment(FragmentRequest<'a>),
}

/// `{presentation}/[{generation}/]QualityLevels({bitrate}[,{name}={value}]*)/{noun}({stream}={start})`,
/// or `{presentation}/{generation}/{stream}/{bitrate}/[iframes/]{start}.m4s`, `{start}.vtt`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FragmentRequest<'a> {
    /// The server manifest's key.
    pub presentation: &'a str,
    /// The build that the client's manifest was rendered from.
    pub generation: Option<Generation>,
    /// Names the quality level.
    pub bitrate: u32,
    /// What else the level must have: its `CustomAttributes`.
    pub attributes: Attributes<'a>,
    /// What of the fragment is wanted.
    pub noun: Noun,
    /// Names the stream.
    pub stream: &'a str,
    /// When the fragment starts, in ticks of the stream's timescale.
    pub start: u64,
}

/// Names and values, in the order of the path.
pub type Attributes<'a> = Vec<(&'a str, &'a str)>;

/// What of a fragment is wanted (`[MS-SSTR]` 2.2.3), or in which dialect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Noun {
    /// `Fragments`: `moof` and `mdat`.
    Fragments,
    /// `FragmentInfo`: the `moof` alone.
    FragmentInfo,
    /// `RawFragments`: the samples alone.
    RawFragments,
    /// `{start}.m4s`: all of its samples as a segment of CMAF (`ISO/IEC 23000-19` 7.3.2).
    Segment,
    /// `iframes/{start}.m4s`: the first that can be decoded by itself, as a segment as long.
    KeySegment,
    /// `{start}.vtt`: its text as a segment of `WebVTT` (`RFC 8216` 3.5).
    WebVtt,
    /// `KeyFrames`: `moof` and `mdat` of those samples that can be decoded by themselves.
    KeyFrames,
}

/// Why a path asks for nothing that is served. The client is at fault, and told how to do better.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum RequestError {
    /// No presentation is named at all.
    #[error("no presentation here: paths look like /films/name.ism/Manifest")]
    NoPresentation,
    /// The path is not one that any object could have.
    #[error("the path {0}")]
    Path(&'static str),
    /// What follows the presentation is not in the grammar.
    #[error(
        "the path does not read as {{presentation}}.ism/Manifest or \
             {{presentation}}.ism/QualityLevels({{bitrate}})/Fragments({{stream}}={{time}}): {0}"
    )]
    Grammar(&'static str),
    /// It is in the grammar, and not served.
    #[error("{0} is not served by this origin")]
    NotServed(&'static str),
}

/// A path with its percent-encoding undone: once, and as a whole.
pub fn decode(path: &str) -> Result<Cow<'_, str>, RequestError> {
    percent_decode_str(path)
        .decode_utf8()
        .map_err(|_| RequestError::Path("does not decode to UTF-8"))
}

/// What a path keeps as it is (`RFC 3986` 3.3).
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// A path, percent-encoded where it has to be: what [`decode`] undoes.
pub fn encode(path: &str) -> String {
    utf8_percent_encode(path, PATH).to_string()
}

/// The presentation that the decoded `path`, without its first slash, names or leads into; and what
/// follows it.
pub fn presentation_of(path: &str) -> Result<(&str, &str), RequestError> {
    let (presentation, rest) = split(path).ok_or(RequestError::NoPresentation)?;
    check_key(presentation)?;
    Ok((presentation, rest))
}

impl<'a> Request<'a> {
    /// What the decoded `path` asks for.
    pub fn parse(path: &'a str) -> Result<Self, RequestError> {
        let path = path.strip_prefix('/').unwrap_or(path);
        match path {
            "clientaccesspolicy.xml" => return Ok(Self::ClientAccessPolicy),
            "crossdomain.xml" => return Ok(Self::CrossDomain),
            _ => {}
        }
        let (presentation, rest) = presentation_of(path)?;
        let segments: Vec<&str> = rest.split('/').collect();
        let (generation, segments) = match segments.as_slice() {
            [""] => return Ok(Self::Presentation),
            [first, rest @ ..] => match Generation::parse(first) {
                Some(generation) => (Some(generation), rest),
                None => (None, segments.as_slice()),
            },
            [] => (None, segments.as_slice()),
        };
        match segments {
            [manifest] if generation.is_none() => {
                let format = manifest::format(manifest)?;
                Ok(Self::Manifest(ManifestRequest { presentation, format }))
            }
            [stream, bitrate, file] if let Some(generation) = generation => {
                let level = (*stream, bitrate_of(bitrate)?);
                level::of(presentation, generation, level, (Frames::All, file))
            }
            [stream, bitrate, folder, file]
                if let Some(generation) = generation
                    && folder.eq_ignore_ascii_case("iframes") =>
            {
                let level = (*stream, bitrate_of(bitrate)?);
                level::of(presentation, generation, level, (Frames::Key, file))
            }
            [levels, fragment] => {
                let (bitrate, attributes) = quality_level(call(levels)?)?;
                let (noun, stream, start) = fragment_of(&call(fragment)?)?;
                Ok(Self::Fragment(FragmentRequest {
                    presentation,
                    generation,
                    bitrate,
                    attributes,
                    noun,
                    stream,
                    start,
                }))
            }
            _ => Err(RequestError::Grammar("it has too few or too many segments")),
        }
    }
}

/// The presentation, up to the last segment that ends as one, and what follows it.
fn split(path: &str) -> Option<(&str, &str)> {
    let mut ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
    let end = ends.rfind(|&end| path.get(..end).is_some_and(names_presentation))?;
    let (presentation, rest) = path.split_at_checked(end)?;
    Some((presentation, rest.strip_prefix('/').unwrap_or(rest)))
}

fn names_presentation(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    extension.is_some_and(|it| it.eq_ignore_ascii_case("ism") || it.eq_ignore_ascii_case("isml"))
}

/// Refuses what is not the key of a presentation.
pub fn check_presentation(key: &str) -> Result<(), RequestError> {
    if !names_presentation(key) {
        return Err(RequestError::NoPresentation);
    }
    check_key(key)
}

/// Refuses keys under which no object lies, and which a store might read as another key.
fn check_key(key: &str) -> Result<(), RequestError> {
    if key.len() > MAX_PRESENTATION_LEN {
        return Err(RequestError::Path("is too long"));
    }
    if key.split('/').any(|segment| matches!(segment, "" | "." | "..")) {
        return Err(RequestError::Path("has an empty or a dot segment"));
    }
    if key.contains(|c: char| c.is_control() || c == '\\') {
        return Err(RequestError::Path("has a control character or a backslash"));
    }
    Ok(())
}

fn bitrate_of(text: &str) -> Result<u32, RequestError> {
    decimal(text)
        .and_then(|bitrate| u32::try_from(bitrate).ok())
        .ok_or(RequestError::Grammar("the bitrate is not a decimal number below 2^32"))
}

fn quality_level<'a>(levels: Call<'a>) -> Result<(u32, Attributes<'a>), RequestError> {
    if !levels.is("qualitylevels") {
        return Err(RequestError::Grammar("QualityLevels is missing"));
    }
    let mut arguments = levels.arguments.unwrap_or_default().into_iter();
    let bitrate = bitrate_of(arguments.next().unwrap_or_default())?;
    let attributes = arguments
        .map(|argument| argument.split_once('='))
        .collect::<Option<Vec<_>>>()
        .ok_or(RequestError::Grammar("what follows the bitrate is not {name}={value}"))?;
    Ok((bitrate, attributes))
}

fn fragment_of<'a>(fragment: &Call<'a>) -> Result<(Noun, &'a str, u64), RequestError> {
    let noun = if fragment.is("fragments") {
        Noun::Fragments
    } else if fragment.is("fragmentinfo") {
        Noun::FragmentInfo
    } else if fragment.is("rawfragments") {
        Noun::RawFragments
    } else if fragment.is("keyframes") {
        Noun::KeyFrames
    } else {
        return Err(RequestError::Grammar(
            "the last segment is not Fragments, FragmentInfo, RawFragments or KeyFrames",
        ));
    };
    let (stream, start) = match fragment.arguments.as_deref() {
        Some([predicate]) => predicate.rsplit_once('='),
        Some([_, _, ..]) => return Err(RequestError::NotServed("a fragment in another format")),
        _ => None,
    }
    .filter(|(stream, _)| !stream.is_empty())
    .ok_or(RequestError::Grammar("the fragment is not named as {stream}={time}"))?;
    let start = decimal(start)
        .ok_or(RequestError::Grammar("the time is not a decimal number below 2^64"))?;
    Ok((noun, stream, start))
}

/// Digits and nothing else: `u64::from_str` also takes a sign.
fn decimal(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests;
