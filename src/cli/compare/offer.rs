//! The streams and levels that a manifest offers, in any protocol.

use reqwest::Url;
use std::collections::BTreeMap;
use std::fmt;

/// Ticks a second of all times here.
pub(super) const SECOND: u64 = 10_000_000;

/// The streams that a manifest offers.
#[derive(Debug)]
pub(super) struct Offer {
    pub(super) protocol: Protocol,
    pub(super) streams: Vec<Stream>,
    /// Data for licence systems, by their UUIDs.
    pub(super) protections: BTreeMap<String, String>,
    /// How samples are encrypted, if that is said.
    pub(super) scheme: Option<String>,
}

/// The protocol of a manifest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Protocol {
    Smooth,
    Hls,
    Dash,
}

/// Levels that stand in for each other.
#[derive(Clone, Debug, Default)]
pub(super) struct Stream {
    pub(super) kind: Kind,
    /// What addresses or viewers know it by.
    pub(super) name: String,
    pub(super) language: String,
    /// Role, accessibility, subtype and whatever else says what it is for, in order.
    pub(super) labels: Vec<String>,
    pub(super) levels: Vec<Level>,
}

/// The kind of a stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Kind {
    Video,
    Audio,
    #[default]
    Text,
}

/// A quality level.
#[derive(Clone, Debug, Default)]
pub(super) struct Level {
    /// Bits a second, as the manifest says.
    pub(super) bitrate: u64,
    /// In the protocol's words.
    pub(super) codec: String,
    pub(super) size: Option<(u64, u64)>,
    /// What sets a decoder up, where the manifest has that.
    pub(super) private: String,
    /// Empty where the manifest does not say it.
    pub(super) segments: Vec<Segment>,
}

/// A fragment or segment.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    /// In ticks of [`SECOND`].
    pub(super) start: u64,
    /// In ticks of [`SECOND`].
    pub(super) duration: u64,
    pub(super) url: Option<Url>,
}

impl Stream {
    /// What people call it.
    pub(super) fn place(&self) -> String {
        match (self.name.as_str(), self.language.as_str()) {
            ("", "") => self.kind.to_string(),
            ("", language) => format!("{} {language}", self.kind),
            (name, _) => name.to_owned(),
        }
    }

    /// When its last segment ends, if it has any.
    pub(super) fn end(&self) -> Option<u64> {
        let last = self.levels.iter().filter_map(|level| level.segments.last());
        last.map(|last| last.start.saturating_add(last.duration)).max()
    }
}

impl Level {
    /// The codec without its profile.
    pub(super) fn coding(&self) -> String {
        let coding = self.codec.split('.').next().unwrap_or_default().to_ascii_lowercase();
        match coding.as_str() {
            "avc1" | "avc3" | "h264" => "h264".to_owned(),
            "hev1" | "hvc1" => "hevc".to_owned(),
            "mp4a" | "aacl" | "aach" => "aac".to_owned(),
            _ => coding,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Text => "text",
        })
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Smooth => "Smooth Streaming",
            Self::Hls => "HLS",
            Self::Dash => "DASH",
        })
    }
}

/// `ticks` of which there are `timescale` a second, in ticks of [`SECOND`].
pub(super) fn rescaled(ticks: u64, timescale: u64) -> u64 {
    let rescaled =
        u128::from(ticks).saturating_mul(u128::from(SECOND)).checked_div(timescale.into());
    rescaled.and_then(|ticks| u64::try_from(ticks).ok()).unwrap_or(u64::MAX)
}

/// `ticks` of [`SECOND`] as seconds, for people.
pub(super) fn seconds(ticks: u64) -> String {
    let ms = ticks / (SECOND / 1000);
    format!("{}.{:03} s", ms / 1000, ms % 1000)
}
