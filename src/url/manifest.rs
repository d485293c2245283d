//! A presentation's manifests, and what they are written in.

use super::escape::encode_name;
use super::{RequestError, encode, query};
use crate::selection::Selection;
use std::borrow::Cow;
use std::fmt;

/// `{presentation}/Manifest`, `{presentation}/Manifest(format={format})`,
/// `{presentation}/master.m3u8`, `{presentation}/manifest.mpd`; with a query of what is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ManifestRequest<'a> {
    /// The server manifest's key.
    pub presentation: Cow<'a, str>,
    /// What it is written in.
    pub format: ManifestFormat,
    /// What of the presentation it shows.
    pub selection: Selection,
}

/// What a manifest is written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ManifestFormat {
    /// Smooth Streaming's client manifest, in this form; `None` leaves it to the deployment.
    Smooth(Option<Form>),
    /// A multivariant playlist of HLS.
    Hls,
    /// An MPD of DASH.
    Dash,
}

/// How the chunks of a client manifest are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Form {
    /// Equal chunks in a row as one `c` with `r`: version 2.2 of the protocol.
    #[default]
    Compact,
    /// Every chunk as a `c` of its own, for players that do not know `r`: version 2.0.
    Legacy,
}

impl ManifestFormat {
    /// Every format, each once.
    pub const ALL: [Self; 5] = [
        Self::Smooth(None),
        Self::Smooth(Some(Form::Compact)),
        Self::Smooth(Some(Form::Legacy)),
        Self::Hls,
        Self::Dash,
    ];

    /// The name of the file that it is.
    pub fn file(self) -> &'static str {
        match self {
            Self::Smooth(None) => "Manifest",
            Self::Smooth(Some(Form::Compact)) => "Manifest(format=fmp4)",
            Self::Smooth(Some(Form::Legacy)) => "Manifest(format=fmp4-v20)",
            Self::Hls => "master.m3u8",
            Self::Dash => "manifest.mpd",
        }
    }

    /// What the last segment of a path, decoded, asks for: by its file, or as Azure's packager names it.
    pub(super) fn parse(segment: &str) -> Result<Self, RequestError> {
        let is = |format: &Self| segment.eq_ignore_ascii_case(format.file());
        if let Some(format) = Self::ALL.iter().find(|format| is(format)) {
            return Ok(*format);
        }
        let (name, arguments) = segment.split_once('(').unwrap_or((segment, ")"));
        let arguments = arguments.strip_suffix(')').ok_or(RequestError::Grammar(
            "a parenthesis is not closed at the end of its segment",
        ))?;
        if !name.eq_ignore_ascii_case(Self::Smooth(None).file()) {
            return Err(RequestError::Grammar("the last segment is not Manifest"));
        }
        match arguments.trim().split_once('=') {
            Some(("format", "fmp4")) => Ok(Self::Smooth(Some(Form::Compact))),
            Some(("format", "fmp4-v20")) => Ok(Self::Smooth(Some(Form::Legacy))),
            Some(("format", "m3u8-cmaf")) => Ok(Self::Hls),
            Some(("format", "mpd-time-cmaf")) => Ok(Self::Dash),
            _ => Err(RequestError::NotServed(
                "a manifest format other than fmp4, fmp4-v20, m3u8-cmaf and mpd-time-cmaf",
            )),
        }
    }
}

impl fmt::Display for ManifestRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}/{}", encode(&self.presentation), self.format.file())?;
        query::write(f, &self.selection)
    }
}

/// The client manifest of a presentation, relative to the path of that.
pub fn manifest_beside(presentation: &str) -> String {
    let name = presentation.rsplit('/').next().unwrap_or_default();
    format!("{}/{}", encode_name(name), ManifestFormat::Smooth(None).file())
}
