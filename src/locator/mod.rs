//! Locators: addresses that begin with a GUID, as Azure gave them out, and where they lead.
//!
//! `/{guid}/tears.ism/manifest` is answered as `/{prefix}/tears.ism/manifest` is, for as long and in the formats that
//! the locator is good for.

mod error;
mod name;

pub use error::{LocatorDenial, LocatorError};
pub use name::LocatorName;

use crate::base::date::{rfc3339, unix_ms};
use crate::url::{
    self, FragmentRequest, LevelPart, LevelRequest, ManifestFormat, ManifestRequest, Noun, Request,
};
use serde::{Deserialize, Serialize};

/// A locator: where it leads, when, and for which protocols.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Locator {
    /// What stands in the GUID's place: folders of keys, without a slash at either end.
    prefix: String,
    /// From when on, in milliseconds since 1970.
    start_ms: Option<u64>,
    /// Until when.
    end_ms: Option<u64>,
    /// In which protocols; in all where there is no list.
    formats: Option<Vec<Protocol>>,
}

/// A protocol, as a locator lists it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Protocol {
    Smooth,
    Hls,
    Dash,
}

/// A locator as JSON.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Written {
    prefix: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    formats: Option<Vec<Protocol>>,
}

impl Locator {
    /// The locator that `json` defines: `{"prefix": "films/tears", "end": "2027-01-01T00:00:00Z", "formats": ["hls"]}`.
    pub fn parse(json: &[u8]) -> Result<Self, LocatorError> {
        if json.len() > error::MAX_LEN {
            return Err(LocatorError::TooLong(json.len()));
        }
        let Written { prefix, start, end, formats } = serde_json::from_slice(json)?;
        let time = |text: Option<String>| match text {
            None => Ok(None),
            Some(text) => unix_ms(&text).map(Some).ok_or(LocatorError::Time(text)),
        };
        let (start_ms, end_ms) = (time(start)?, time(end)?);
        let prefix = prefix.trim_matches('/').to_owned();
        if !prefix.is_empty() && url::check_presentation(&format!("{prefix}/x.ism")).is_err() {
            return Err(LocatorError::Prefix(prefix));
        }
        Ok(Self { prefix, start_ms, end_ms, formats })
    }

    /// Its one spelling in JSON.
    pub fn to_json(&self) -> serde_json::Result<serde_json::Value> {
        serde_json::to_value(Written {
            prefix: self.prefix.clone(),
            start: self.start_ms.map(rfc3339),
            end: self.end_ms.map(rfc3339),
            formats: self.formats.clone(),
        })
    }

    /// Whether it is not good for ever and for everything: no cache that does not ask it is to answer in its place.
    pub fn is_limited(&self) -> bool {
        self.start_ms.is_some() || self.end_ms.is_some() || self.formats.is_some()
    }

    /// Where `path`, percent-encoded, leads at `now_ms`: what is behind its first segment, behind the prefix.
    pub fn lead(&self, path: &str, now_ms: u64) -> Result<String, LocatorDenial> {
        let is_before = self.start_ms.is_some_and(|start_ms| now_ms < start_ms);
        if is_before || self.end_ms.is_some_and(|end_ms| now_ms >= end_ms) {
            return Err(LocatorDenial::NotNow);
        }
        let path = path.strip_prefix('/').unwrap_or(path);
        let behind = path.split_once('/').map_or("", |(_, behind)| behind);
        let slash = if self.prefix.is_empty() { "" } else { "/" };
        let led = format!("/{}{slash}{behind}", url::encode(&self.prefix));
        match (&self.formats, Request::parse(&led)) {
            (Some(listed), Ok(request)) if !is_of(&request, listed) => Err(LocatorDenial::Format),
            _ => Ok(led),
        }
    }
}

/// Whether `request` is one of clients of a protocol that is `listed`.
fn is_of(request: &Request<'_>, listed: &[Protocol]) -> bool {
    let protocols: &[Protocol] = match request {
        Request::ClientAccessPolicy | Request::CrossDomain => return true,
        Request::File(_) => &[],
        Request::Manifest(ManifestRequest { format: ManifestFormat::Hls, .. })
        | Request::Chapters(_)
        | Request::Level(LevelRequest { part: LevelPart::Playlist(..), .. })
        | Request::Fragment(FragmentRequest { noun: Noun::WebVtt, .. }) => &[Protocol::Hls],
        Request::Manifest(ManifestRequest { format: ManifestFormat::Dash, .. }) => {
            &[Protocol::Dash]
        }
        Request::Level(LevelRequest { part: LevelPart::Init, .. })
        | Request::Fragment(FragmentRequest { noun: Noun::Segment | Noun::KeySegment, .. }) => {
            &[Protocol::Hls, Protocol::Dash]
        }
        Request::Presentation(_) | Request::Manifest(_) | Request::Fragment(_) => {
            &[Protocol::Smooth]
        }
    };
    protocols.iter().any(|protocol| listed.contains(protocol))
}

#[cfg(test)]
mod tests;
