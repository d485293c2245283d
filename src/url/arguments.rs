//! The arguments of a manifest's URL, as Azure's packager has them in parentheses behind its name:
//! `(format=m3u8-cmaf,filter=low;german,audio-only=true)`.

use super::escape::{decode, encode_name};
use super::{ManifestFormat, RequestError};
use crate::base::order::set;
use crate::selection::{FilterName, RequiredEncryption, Selection};

const FORMAT: &str = "format";
const FILTER: &str = "filter";
const AUDIO_ALONE: &str = "audio-only";
const AUDIO: &str = "audioTrack";
const ENCRYPTION: &str = "encryption";

/// A manifest may name so many stored filters.
const MAX_FILTERS: usize = 3;

/// The arguments of a manifest's URL.
#[derive(Default)]
pub(super) struct Arguments {
    /// What it is written in.
    pub(super) format: Option<ManifestFormat>,
    /// The stored filters that they name: in the order of their names, each once.
    pub(super) filters: Vec<FilterName>,
    /// What else decides what is shown.
    pub(super) selection: Selection,
}

impl Arguments {
    /// What `list` says, percent-encoded as it came and without its parentheses. Names, and the values that are
    /// words of ours, are taken in any case.
    pub(super) fn parse(list: &str) -> Result<Self, RequestError> {
        let mut read = Self::default();
        let mut names = Vec::new();
        for argument in list.split(',') {
            let argument = decode(argument)?;
            let (name, value) = argument.split_once('=').ok_or(UNKNOWN)?;
            let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
            read.set(&name, value)?;
            if names.contains(&name) {
                return Err(RequestError::Argument("an argument is given twice"));
            }
            names.push(name);
        }
        Ok(read)
    }

    /// Heeds one argument; its name is in lower case.
    fn set(&mut self, name: &str, value: &str) -> Result<(), RequestError> {
        let is = |own: &str| own.eq_ignore_ascii_case(name);
        let selection = &mut self.selection;
        if is(FORMAT) {
            self.format = Some(ManifestFormat::named(value)?);
        } else if is(FILTER) {
            self.filters = filters(value)?;
        } else if is(AUDIO_ALONE) {
            selection.has_audio_alone = boolean(value)?;
        } else if is(AUDIO) {
            let name = Some(value).filter(|name| !name.is_empty());
            let name = name.ok_or(RequestError::Argument("audioTrack names no track"))?;
            selection.audio = Some(name.to_owned());
        } else if is(ENCRYPTION) {
            let encryption = RequiredEncryption::named(value);
            selection.encryption = Some(encryption.ok_or(RequestError::Argument(
                "encryption is none of cenc, piff, cbcs-aapl and cbc",
            ))?);
        } else {
            return Err(UNKNOWN);
        }
        Ok(())
    }

    /// What says the same as `filters` and `selection`, in parentheses behind the name of a manifest of this `format`;
    /// `None` where nothing has to be said of them.
    pub(super) fn written(
        format: ManifestFormat,
        filters: &[FilterName],
        selection: &Selection,
    ) -> Option<String> {
        let mut list = Vec::new();
        if !filters.is_empty() {
            let names: Vec<_> = filters.iter().map(FilterName::to_string).collect();
            list.push(format!("{FILTER}={}", names.join(";")));
        }
        if selection.has_audio_alone {
            list.push(format!("{AUDIO_ALONE}=true"));
        }
        if let Some(audio) = &selection.audio {
            list.push(format!("{AUDIO}={}", encode_name(audio)));
        }
        if let Some(encryption) = selection.encryption {
            list.push(format!("{ENCRYPTION}={}", encryption.name()));
        }
        if list.is_empty() {
            return None;
        }
        list.splice(..0, format.name().map(|name| format!("{FORMAT}={name}")));
        Some(format!("({})", list.join(",")))
    }
}

const UNKNOWN: RequestError = RequestError::Argument(
    "each of them is format=, filter=, audio-only=, audioTrack= or encryption=",
);

/// Names of stored filters, parted by semicolons.
fn filters(list: &str) -> Result<Vec<FilterName>, RequestError> {
    let names = list.split(';').map(|name| FilterName::parse(name.trim()));
    let names: Option<Vec<_>> = names.collect();
    let names = names.map(|names| set(names.into_iter()));
    let names = names.filter(|names| names.len() <= MAX_FILTERS).ok_or(RequestError::Argument(
        "filter names more than three filters, or one as none can be called",
    ))?;
    Ok(names.into_iter().collect())
}

fn boolean(value: &str) -> Result<bool, RequestError> {
    match value {
        _ if value.eq_ignore_ascii_case("true") => Ok(true),
        _ if value.eq_ignore_ascii_case("false") => Ok(false),
        _ => Err(RequestError::Argument("audio-only is neither true nor false")),
    }
}
