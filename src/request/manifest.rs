//! A presentation's manifests, and what they are written in.

use super::RequestError;
use super::arguments::call;
use crate::manifest::smooth::Form;

/// `{presentation}/Manifest`, `{presentation}/Manifest(format={format})`,
/// `{presentation}/master.m3u8`, `{presentation}/manifest.mpd`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ManifestRequest<'a> {
    /// The server manifest's key.
    pub presentation: &'a str,
    /// What it is written in.
    pub format: ManifestFormat,
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

/// What the last segment of a path asks for.
pub(super) fn format(segment: &str) -> Result<ManifestFormat, RequestError> {
    if segment.eq_ignore_ascii_case("master.m3u8") {
        return Ok(ManifestFormat::Hls);
    }
    if segment.eq_ignore_ascii_case("manifest.mpd") {
        return Ok(ManifestFormat::Dash);
    }
    let manifest = call(segment)?;
    if !manifest.is("manifest") {
        return Err(RequestError::Grammar("the last segment is not Manifest"));
    }
    match manifest.arguments.as_deref() {
        None => Ok(ManifestFormat::Smooth(None)),
        Some([argument]) => match argument.split_once('=') {
            Some(("format", "fmp4")) => Ok(ManifestFormat::Smooth(Some(Form::Compact))),
            Some(("format", "fmp4-v20")) => Ok(ManifestFormat::Smooth(Some(Form::Legacy))),
            Some(("format", "m3u8-cmaf")) => Ok(ManifestFormat::Hls),
            Some(("format", "mpd-time-cmaf")) => Ok(ManifestFormat::Dash),
            _ => Err(RequestError::NotServed(
                "a manifest format other than fmp4, fmp4-v20, m3u8-cmaf and mpd-time-cmaf",
            )),
        },
        Some(_) => Err(RequestError::NotServed("a manifest with several arguments")),
    }
}
