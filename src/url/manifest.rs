//! A presentation's manifests.

use super::arguments::Arguments;
use super::escape::{decode, encode_name};
use super::format::{MANIFEST, without_ending};
use super::{ManifestFormat, RequestError, encode, query};
use crate::selection::{FilterName, Selection};
use std::borrow::Cow;
use std::fmt;

/// `{presentation}/Manifest[({argument}[,{argument}]*)][.m3u8|.mpd]`, `{presentation}/{anything}.m3u8`,
/// `{presentation}/{anything}.mpd`; with a query of what is shown.
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

impl<'a> ManifestRequest<'a> {
    /// All of `presentation`, in this `format`.
    pub fn whole(presentation: Cow<'a, str>, format: ManifestFormat) -> Self {
        Self { presentation, format, selection: Selection::default(), filters: Vec::new() }
    }

    /// The manifest of `presentation` that `file` asks for, the last segment of a path as it came.
    pub(super) fn parse(presentation: Cow<'a, str>, file: &str) -> Result<Self, RequestError> {
        let (stem, of_ending) = without_ending(file);
        let name = decode(stem)?;
        let (name, has_arguments) = match name.split_once('(') {
            Some((name, _)) => (name, true),
            None => (&*name, false),
        };
        let is_manifest = name.eq_ignore_ascii_case(MANIFEST);
        let Arguments { format, filters, selection } = match is_manifest && has_arguments {
            true => Arguments::parse(in_parentheses(stem)?)?,
            false => Arguments::default(),
        };
        let format = match (format, of_ending) {
            (Some(format), Some(of_ending)) if format != of_ending => {
                return Err(RequestError::Argument(
                    "format and the ending are of different protocols",
                ));
            }
            (None, None) if !is_manifest => {
                return Err(RequestError::Grammar(
                    "the last segment is not Manifest, and ends in neither .m3u8 nor .mpd",
                ));
            }
            (format, of_ending) => format.or(of_ending).unwrap_or(ManifestFormat::Smooth(None)),
        };
        Ok(Self { presentation, format, selection, filters })
    }
}

/// What stands between the first parenthesis of `file` and its end, which is the last; each may be percent-encoded.
fn in_parentheses(file: &str) -> Result<&str, RequestError> {
    let open = file.find('(').into_iter().chain(file.find("%28")).min();
    let inner = open.and_then(|at| file.get(at..));
    let inner = inner.and_then(|rest| rest.strip_prefix('(').or_else(|| rest.strip_prefix("%28")));
    let inner = inner.and_then(|rest| rest.strip_suffix(')').or_else(|| rest.strip_suffix("%29")));
    inner.ok_or(RequestError::Grammar("a parenthesis is not closed at the end of its segment"))
}

impl fmt::Display for ManifestRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}/", encode(&self.presentation))?;
        match Arguments::written(self.format, &self.filters, &self.selection) {
            None => f.write_str(self.format.file())?,
            Some(arguments) => write!(f, "{MANIFEST}{arguments}")?,
        }
        query::write(f, &self.selection)
    }
}

/// The client manifest of a presentation, relative to the path of that.
pub fn manifest_beside(presentation: &str) -> String {
    let name = presentation.rsplit('/').next().unwrap_or_default();
    format!("{}/{}", encode_name(name), ManifestFormat::Smooth(None).file())
}
