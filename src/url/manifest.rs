//! A presentation's manifests, and what they are written in.

use super::escape::encode_name;
use super::{RequestError, encode, query};
use crate::selection::{FilterName, Selection};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

/// `{presentation}/Manifest`, `{presentation}/Manifest(format={format})`,
/// `{presentation}/Manifest([format={format},]filter={name};{name})`, `{presentation}/master.m3u8`, `{presentation}/manifest.mpd`; with a query of what is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ManifestRequest<'a> {
    /// The server manifest's key.
    pub presentation: Cow<'a, str>,
    /// What it is written in.
    pub format: ManifestFormat,
    /// What of the presentation it shows.
    pub selection: Selection,
    /// Stored filters, of which all must show what it shows: in the order of their names, each once.
    pub filters: Vec<FilterName>,
}

/// A manifest may name so many stored filters.
const MAX_FILTERS: usize = 3;

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

    /// What the last segment of a path, decoded, asks for, and which stored filters it names: by its file, or as
    /// Azure's packager names it.
    pub(super) fn parse(segment: &str) -> Result<(Self, Vec<FilterName>), RequestError> {
        let is = |format: &Self| segment.eq_ignore_ascii_case(format.file());
        if let Some(format) = Self::ALL.iter().find(|format| is(format)) {
            return Ok((*format, Vec::new()));
        }
        let (name, arguments) = segment.split_once('(').unwrap_or((segment, ")"));
        let arguments = arguments.strip_suffix(')').ok_or(RequestError::Grammar(
            "a parenthesis is not closed at the end of its segment",
        ))?;
        if !name.eq_ignore_ascii_case(Self::Smooth(None).file()) {
            return Err(RequestError::Grammar("the last segment is not Manifest"));
        }
        let (mut format, mut names) = (None, None);
        for argument in arguments.split(',').map(str::trim) {
            let is_twice = match argument.split_once('=') {
                Some(("format", name)) => format.replace(Self::named(name)?).is_some(),
                Some(("filter", list)) => names.replace(filters(list)?).is_some(),
                _ => return Err(RequestError::NotServed("a manifest with other arguments")),
            };
            if is_twice {
                return Err(RequestError::Grammar("an argument is given twice"));
            }
        }
        Ok((format.unwrap_or(Self::Smooth(None)), names.unwrap_or_default()))
    }

    fn named(name: &str) -> Result<Self, RequestError> {
        let known = Self::ALL.into_iter().find(|format| format.name() == Some(name));
        known.ok_or(RequestError::NotServed(
            "a manifest format other than fmp4, fmp4-v20, m3u8-cmaf and mpd-time-cmaf",
        ))
    }

    /// As Azure's packager names it.
    fn name(self) -> Option<&'static str> {
        match self {
            Self::Smooth(None) => None,
            Self::Smooth(Some(Form::Compact)) => Some("fmp4"),
            Self::Smooth(Some(Form::Legacy)) => Some("fmp4-v20"),
            Self::Hls => Some("m3u8-cmaf"),
            Self::Dash => Some("mpd-time-cmaf"),
        }
    }
}

/// Names of stored filters, parted by semicolons.
fn filters(list: &str) -> Result<Vec<FilterName>, RequestError> {
    let names = list.split(';').map(|name| FilterName::parse(name.trim()));
    let names: Option<BTreeSet<_>> = names.collect();
    let names = names.filter(|names| names.len() <= MAX_FILTERS).ok_or(RequestError::Grammar(
        "it names more than three filters, or one as none can be called",
    ))?;
    Ok(names.into_iter().collect())
}

impl fmt::Display for ManifestRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}/", encode(&self.presentation))?;
        match self.filters.split_first() {
            None => f.write_str(self.format.file())?,
            Some((first, others)) => {
                let format = self.format.name().map(|name| format!("format={name},"));
                write!(f, "Manifest({}filter={first}", format.unwrap_or_default())?;
                others.iter().try_for_each(|name| write!(f, ";{name}"))?;
                f.write_str(")")?;
            }
        }
        query::write(f, &self.selection)
    }
}

/// The client manifest of a presentation, relative to the path of that.
pub fn manifest_beside(presentation: &str) -> String {
    let name = presentation.rsplit('/').next().unwrap_or_default();
    format!("{}/{}", encode_name(name), ManifestFormat::Smooth(None).file())
}
