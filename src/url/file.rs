//! A file beside presentations: posters, subtitles, downloads. It is asked for by its own key.

use super::escape::{decode, encode, encode_name};
use super::presentation::{check_key, names_presentation};
use super::{RequestError, query};
use std::borrow::Cow;
use std::fmt;

/// A kind of file that can be handed out as it is stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FileType {
    /// What names of such files end in, in lower case.
    pub extension: &'static str,
    /// Its media type.
    pub media_type: &'static str,
}

impl FileType {
    /// All that there are. No browser takes any of them for a page, and none is what presentations are described by.
    pub const ALL: [Self; 13] = [
        Self::new("avif", "image/avif"),
        Self::new("gif", "image/gif"),
        Self::new("jpeg", "image/jpeg"),
        Self::new("jpg", "image/jpeg"),
        Self::new("m4a", "audio/mp4"),
        Self::new("mp3", "audio/mpeg"),
        Self::new("mp4", "video/mp4"),
        Self::new("png", "image/png"),
        Self::new("srt", "application/x-subrip; charset=utf-8"),
        Self::new("ttml", "application/ttml+xml; charset=utf-8"),
        Self::new("txt", "text/plain; charset=utf-8"),
        Self::new("vtt", "text/vtt; charset=utf-8"),
        Self::new("webp", "image/webp"),
    ];

    const fn new(extension: &'static str, media_type: &'static str) -> Self {
        Self { extension, media_type }
    }

    /// The one with this extension, in any case.
    pub fn of(extension: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.extension.eq_ignore_ascii_case(extension))
    }
}

/// A file as it is stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileRequest<'a> {
    /// Its key.
    pub key: Cow<'a, str>,
    /// What its name ends in.
    pub file_type: FileType,
    /// Under which name it is to be saved, if it is not to be shown.
    pub download: Option<String>,
}

impl<'a> FileRequest<'a> {
    /// The file that `path`, percent-encoded and without its first slash, names.
    pub(super) fn parse(path: &'a str) -> Result<Self, RequestError> {
        let key = decode(path)?;
        let name = key.rsplit('/').next().unwrap_or_default();
        let extension = name.rsplit_once('.').map(|(_, extension)| extension);
        let file_type = extension.and_then(FileType::of).ok_or(RequestError::NoPresentation)?;
        if key.split('/').any(names_presentation) {
            return Err(RequestError::NoPresentation);
        }
        check_key(&key)?;
        Ok(Self { key, file_type, download: None })
    }

    /// The same file with `query`: `?download={name}`, or `?download` for its own name.
    pub(super) fn with(self, query: &str) -> Result<Self, RequestError> {
        let download = query::download(query)?.map(|name| match name.as_str() {
            "" => self.key.rsplit('/').next().unwrap_or_default().to_owned(),
            _ => name,
        });
        Ok(Self { download, ..self })
    }
}

impl fmt::Display for FileRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}", encode(&self.key))?;
        match &self.download {
            Some(name) => write!(f, "?{}={}", query::DOWNLOAD, encode_name(name)),
            None => Ok(()),
        }
    }
}
