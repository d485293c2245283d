//! What a URL's path asks for, read and written: one grammar (`[MS-SSTR]` 2.2.1 and 2.2.3), and
//! [`Request::parse`] of what a [`Request`] is written as is that request.
//!
//! A path is split at `/`, and attributes at `,`, before anything in it is percent-decoded
//! (`RFC 3986` 2.4): names may hold both. Parentheses and the last `=` are found by their place, so
//! clients may encode them or not.

mod error;
mod escape;
mod fragment;
mod level;
mod manifest;
mod name;
mod presentation;

use crate::index::Generation;
use escape::decode_segment;
use std::borrow::Cow;
use std::fmt;

pub use error::RequestError;
pub use escape::{decode, encode};
pub use fragment::{Attributes, FragmentRequest, Noun, fragment_template};
pub use level::{
    Frames, INIT_FILE, LevelPart, LevelRequest, SEGMENT, WEBVTT, level_folder, playlist,
};
pub use manifest::{Form, ManifestFormat, ManifestRequest, manifest_beside};
pub use name::{is_name, nearest_name};
pub use presentation::{MAX_PRESENTATION_LEN, check_presentation, presentation_of};

/// One thing that a path may ask for. It borrows from the path what is not percent-encoded there.
///
/// Written out, it is an absolute path: the one spelling of all that parse to it.
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
    /// What CMAF clients want of a quality level before its segments.
    Level(LevelRequest<'a>),
    /// A fragment, or a part of one.
    Fragment(FragmentRequest<'a>),
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
        let (presentation, rest) = presentation_of(path)?;
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
            (None, [file]) => {
                let format = ManifestFormat::parse(file)?;
                Ok(Self::Manifest(ManifestRequest { presentation, format }))
            }
            (Some(generation), [stream, bitrate, file]) => {
                let place = (presentation, generation, stream.clone());
                level::parse(place, bitrate, (Frames::All, file))
            }
            (Some(generation), [stream, bitrate, folder, file])
                if folder.eq_ignore_ascii_case(level::KEY_FOLDER) =>
            {
                let place = (presentation, generation, stream.clone());
                level::parse(place, bitrate, (Frames::Key, file))
            }
            (_, [_, predicate]) => {
                // Attributes are told apart by commas, which only the path as it came can tell.
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
                }))
            }
            _ => Err(RequestError::Grammar("it has too few or too many segments")),
        }
    }

    /// The presentation that it is about; `None` if it is about none.
    pub fn presentation(&self) -> Option<&str> {
        match self {
            Self::ClientAccessPolicy | Self::CrossDomain => None,
            Self::Presentation(presentation)
            | Self::Manifest(ManifestRequest { presentation, .. })
            | Self::Level(LevelRequest { presentation, .. })
            | Self::Fragment(FragmentRequest { presentation, .. }) => Some(presentation),
        }
    }

    /// The same with its stream's name in lower case: names that differ in ASCII case alone name one
    /// stream.
    #[must_use]
    pub fn in_one_case(mut self) -> Self {
        match &mut self {
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
            Self::Level(request) => request.fmt(f),
            Self::Fragment(request) => request.fmt(f),
        }
    }
}

/// Digits and nothing else: `u64::from_str` also takes a sign.
fn decimal(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn bitrate_of(text: &str) -> Result<u32, RequestError> {
    decimal(text)
        .and_then(|bitrate| u32::try_from(bitrate).ok())
        .ok_or(RequestError::Grammar("the bitrate is not a decimal number below 2^32"))
}

#[cfg(test)]
mod tests;
