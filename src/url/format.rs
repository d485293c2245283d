//! Formats of manifests, and how URLs state them: by the name of a file, its ending, or an argument.

use super::RequestError;

/// The name of a client manifest, in any case; behind it arguments may stand.
pub(super) const MANIFEST: &str = "Manifest";

/// Extensions of manifests, in any case, and their formats.
const ENDINGS: [(&str, ManifestFormat); 2] =
    [(".m3u8", ManifestFormat::Hls), (".mpd", ManifestFormat::Dash)];

/// The formats by their names in Azure's packager; the first of several is written.
const NAMES: [(&str, ManifestFormat); 8] = [
    ("fmp4", ManifestFormat::Smooth(Some(Form::Compact))),
    ("fmp4-v20", ManifestFormat::Smooth(Some(Form::Legacy))),
    ("m3u8-cmaf", ManifestFormat::Hls),
    ("m3u8-aapl", ManifestFormat::Hls),
    ("m3u8-aapl-v3", ManifestFormat::Hls),
    ("m3u8-aapl-v4", ManifestFormat::Hls),
    ("mpd-time-cmaf", ManifestFormat::Dash),
    ("mpd-time-csf", ManifestFormat::Dash),
];

/// The format of Flash, which is known and not served.
const FLASH: &str = "f4m-f4f";

/// The format of a manifest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ManifestFormat {
    /// Smooth Streaming's client manifest, in this form; `None` leaves it to the deployment.
    Smooth(Option<Form>),
    /// A multivariant playlist of HLS.
    Hls,
    /// An MPD of DASH.
    Dash,
}

/// The form of the chunks in a client manifest.
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
            Self::Smooth(None) => MANIFEST,
            Self::Smooth(Some(Form::Compact)) => "Manifest(format=fmp4)",
            Self::Smooth(Some(Form::Legacy)) => "Manifest(format=fmp4-v20)",
            Self::Hls => "master.m3u8",
            Self::Dash => "manifest.mpd",
        }
    }

    /// The one of this name in Azure's packager, in any case.
    pub(super) fn named(name: &str) -> Result<Self, RequestError> {
        if name.eq_ignore_ascii_case(FLASH) {
            return Err(RequestError::NotServed("a manifest for Flash (f4m-f4f)"));
        }
        let known = NAMES.into_iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        known.map(|(_, format)| format).ok_or(RequestError::Argument(
            "format is none of fmp4, fmp4-v20, m3u8-cmaf, m3u8-aapl, m3u8-aapl-v3, m3u8-aapl-v4, mpd-time-cmaf and \
             mpd-time-csf",
        ))
    }

    /// Its name there; `None` where it is what a manifest is without one.
    pub(super) fn name(self) -> Option<&'static str> {
        NAMES.iter().find(|(_, own)| *own == self).map(|(name, _)| *name)
    }
}

/// `file` without the ending that names a protocol, and the format of that.
pub(super) fn without_ending(file: &str) -> (&str, Option<ManifestFormat>) {
    let found = ENDINGS.into_iter().find_map(|(ending, format)| {
        let (stem, own) = file.split_at_checked(file.len().checked_sub(ending.len())?)?;
        own.eq_ignore_ascii_case(ending).then_some((stem, Some(format)))
    });
    found.unwrap_or((file, None))
}
