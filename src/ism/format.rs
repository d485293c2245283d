//! How an asset lies in storage, as the head of its server manifest says it: `formats`, which Azure Media Services
//! wrote.

use thiserror::Error;

/// The layout of the media of a server manifest in storage.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Layout {
    /// Each in a file.
    Files,
    /// The archive of a live channel: what has no extension is a folder, with an object for each fragment.
    Archive,
}

/// It is of a channel that is live.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error(
    "its format is {0}, that of a live channel: it can be served once the channel has stopped and its archive is \
     vod-fmp4 or vod-cmaf"
)]
pub struct LiveError(String);

impl Layout {
    /// The layout once a `meta` of this name and content is read.
    pub(super) fn after(self, name: &str, content: &str) -> Result<Self, LiveError> {
        if !name.eq_ignore_ascii_case("formats") {
            return Ok(self);
        }
        let mut formats = content.split(',').map(str::trim);
        let is_one =
            |format: &str, of: [&str; 2]| of.iter().any(|it| format.eq_ignore_ascii_case(it));
        if let Some(live) = formats.clone().find(|format| is_one(format, ["live-fmp4", "ll-cmaf"]))
        {
            return Err(LiveError(live.to_owned()));
        }
        match formats.any(|format| is_one(format, ["vod-fmp4", "vod-cmaf"])) {
            true => Ok(Self::Archive),
            false => Ok(self),
        }
    }

    /// Has the paths of folders among `media` end in `/`.
    pub(super) fn apply(self, media: &mut [String]) {
        let name = |path: &str| path.rsplit('/').next().is_some_and(|name| name.contains('.'));
        if self == Self::Archive {
            media.iter_mut().filter(|path| !name(path)).for_each(|path| path.push('/'));
        }
    }
}
