//! Requests: what a path asks for, with its query.

use super::chapters::CHAPTERS_FILE;
use super::escape::decode_segment;
use super::level::{INIT_FILE, SEGMENT, WEBVTT, bitrate_of, playlist_in};
use super::{
    ChaptersRequest, FileRequest, FragmentRequest, Frames, LevelPart, LevelRequest,
    ManifestRequest, Noun, RequestError, encode, fragment, presentation_of, query,
};
use crate::base::digits::decimal;
use crate::base::target::SegmentTarget;
use crate::index::Generation;
use crate::selection::Selection;
use std::borrow::Cow;
use std::fmt;

/// One thing that a path, with its query, may ask for. It borrows from the path what is not percent-encoded there.
///
/// Written out, it is an absolute path, with a query where that asks for something: the one spelling of all that parse
/// to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Request<'a> {
    /// Silverlight's `clientaccesspolicy.xml`.
    ClientAccessPolicy,
    /// Flash's `crossdomain.xml`.
    CrossDomain,
    /// A presentation by its bare name, the server manifest's key, which a client is sent on from.
    Presentation(Cow<'a, str>),
    /// A manifest of the whole presentation.
    Manifest(ManifestRequest<'a>),
    /// The chapters of one build of it.
    Chapters(ChaptersRequest<'a>),
    /// What CMAF clients want of a quality level before its segments.
    Level(LevelRequest<'a>),
    /// A fragment, or a part of one.
    Fragment(FragmentRequest<'a>),
    /// A file beside presentations, as it is stored.
    File(FileRequest<'a>),
}

/// The key that `path`, percent-encoded, leads to, and what follows it, as it came: of a presentation or of a file.
pub fn key_of(path: &str) -> Result<(Cow<'_, str>, &str), RequestError> {
    let path = path.strip_prefix('/').unwrap_or(path);
    match presentation_of(path) {
        Err(RequestError::NoPresentation) => Ok((FileRequest::parse(path)?.key, "")),
        found => found,
    }
}

const CLIENT_ACCESS_POLICY: &str = "clientaccesspolicy.xml";
const CROSS_DOMAIN: &str = "crossdomain.xml";

impl<'a> Request<'a> {
    /// What `path`, percent-encoded and without a query, asks for.
    pub fn parse(path: &'a str) -> Result<Self, RequestError> {
        let path = path.strip_prefix('/').unwrap_or(path);
        match path {
            CLIENT_ACCESS_POLICY => return Ok(Self::ClientAccessPolicy),
            CROSS_DOMAIN => return Ok(Self::CrossDomain),
            _ => {}
        }
        let (presentation, rest) = match presentation_of(path) {
            Err(RequestError::NoPresentation) => return FileRequest::parse(path).map(Self::File),
            found => found?,
        };
        if rest.is_empty() {
            return Ok(Self::Presentation(presentation));
        }
        let segments = rest.split('/').map(decode_segment).collect::<Result<Vec<_>, _>>()?;
        let (generation, segments) = match segments.split_first() {
            Some((first, rest)) if let Some(generation) = Generation::parse(first) => {
                (Some(generation), rest)
            }
            _ => (None, segments.as_slice()),
        };
        match (generation, segments) {
            // Arguments stand between commas, which only the path as it came can show.
            (None, [_]) => ManifestRequest::parse(presentation, rest).map(Self::Manifest),
            (Some(generation), [file]) if file.eq_ignore_ascii_case(CHAPTERS_FILE) => {
                Ok(Self::Chapters(ChaptersRequest { presentation, generation }))
            }
            (Some(generation), [stream, bitrate, file]) => {
                let place = (presentation, generation, stream.clone());
                of_level(place, bitrate, (Frames::CHUNKS, file))
            }
            (Some(generation), [stream, bitrate, folder, file])
                if let Some(frames) = Frames::of_folder(folder) =>
            {
                let place = (presentation, generation, stream.clone());
                of_level(place, bitrate, (frames, file))
            }
            (_, [_, predicate]) => {
                // Attributes stand between commas, which only the path as it came can show.
                let levels = rest.rsplit('/').nth(1).unwrap_or_default();
                let (bitrate, attributes) = fragment::quality_level(levels)?;
                let (noun, stream, start) = fragment::predicate(predicate.clone())?;
                Ok(Self::Fragment(FragmentRequest {
                    presentation,
                    generation,
                    bitrate,
                    attributes,
                    noun,
                    stream,
                    start,
                    target: SegmentTarget::CHUNK,
                }))
            }
            _ => Err(RequestError::Grammar("it has too few or too many segments")),
        }
    }

    /// What `path` asks for with `query`, both percent-encoded. Manifests and files alone heed one.
    pub fn parse_with(path: &'a str, query: Option<&str>) -> Result<Self, RequestError> {
        Ok(match (Self::parse(path)?, query) {
            (Self::Manifest(mut manifest), Some(query)) => {
                (manifest.selection.filter, manifest.selection.clip) = query::selection(query)?;
                Self::Manifest(manifest)
            }
            (Self::File(file), Some(query)) => Self::File(file.with(query)?),
            (request, _) => request,
        })
    }

    /// The presentation that it is about; `None` if it is about none.
    pub fn presentation(&self) -> Option<&str> {
        match self {
            Self::ClientAccessPolicy | Self::CrossDomain | Self::File(_) => None,
            Self::Presentation(presentation)
            | Self::Manifest(ManifestRequest { presentation, .. })
            | Self::Chapters(ChaptersRequest { presentation, .. })
            | Self::Level(LevelRequest { presentation, .. })
            | Self::Fragment(FragmentRequest { presentation, .. }) => Some(presentation),
        }
    }

    /// The same request with its stream's name in lower case: names that differ only in ASCII case name one stream.
    #[must_use]
    pub fn in_one_case(mut self) -> Self {
        match &mut self {
            Self::Manifest(ManifestRequest {
                selection: Selection { audio: Some(stream), .. },
                ..
            }) => stream.make_ascii_lowercase(),
            Self::Level(LevelRequest { stream, .. })
            | Self::Fragment(FragmentRequest { stream, .. })
                if stream.bytes().any(|byte| byte.is_ascii_uppercase()) =>
            {
                stream.to_mut().make_ascii_lowercase();
            }
            _ => {}
        }
        self
    }
}

impl fmt::Display for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClientAccessPolicy => write!(f, "/{CLIENT_ACCESS_POLICY}"),
            Self::CrossDomain => write!(f, "/{CROSS_DOMAIN}"),
            Self::Presentation(presentation) => write!(f, "/{}", encode(presentation)),
            Self::Manifest(request) => request.fmt(f),
            Self::Chapters(request) => request.fmt(f),
            Self::Level(request) => request.fmt(f),
            Self::Fragment(request) => request.fmt(f),
            Self::File(request) => request.fmt(f),
        }
    }
}

/// What `file` is of a level, or of its keyframes.
fn of_level<'a>(
    (presentation, generation, stream): (Cow<'a, str>, Generation, Cow<'a, str>),
    bitrate: &str,
    (frames, file): (Frames, &str),
) -> Result<Request<'a>, RequestError> {
    let bitrate = bitrate_of(bitrate)?;
    let is = |name: &str| file.eq_ignore_ascii_case(name);
    let part = if let Some(playlist) = playlist_in(file, frames)? {
        playlist
    } else if is(INIT_FILE) {
        LevelPart::Init
    } else {
        let (noun, start) = segment(frames, file)?;
        let target = match frames {
            Frames::All(target) => target,
            Frames::Key => SegmentTarget::CHUNK,
        };
        return Ok(Request::Fragment(FragmentRequest {
            presentation,
            generation: Some(generation),
            bitrate,
            attributes: Vec::new(),
            noun,
            stream,
            start,
            target,
        }));
    };
    Ok(Request::Level(LevelRequest { presentation, generation, stream, bitrate, part }))
}

fn segment(frames: Frames, file: &str) -> Result<(Noun, u64), RequestError> {
    let (start, extension) =
        file.split_at_checked(file.rfind('.').unwrap_or(0)).unwrap_or_default();
    let is = |other: &str| extension.eq_ignore_ascii_case(other) && !start.is_empty();
    let noun = match frames {
        Frames::All(_) if is(SEGMENT) => Some(Noun::Segment),
        Frames::All(_) if is(WEBVTT) => Some(Noun::WebVtt),
        Frames::Key if is(SEGMENT) => Some(Noun::KeySegment),
        _ => None,
    };
    noun.zip(decimal(start)).ok_or(RequestError::Grammar(
        "the last segment is not index.m3u8, init.mp4, {time}.m4s or {time}.vtt",
    ))
}
