//! The server manifest, `.ism`: a SMIL document that says which track of which file is which
//! quality level (`[MS-SSTR]` 2.2.7.3.1).
//!
//! What producers leave out, they leave out: assembling takes it from the files. Names of elements and
//! attributes are taken in any case.

mod entry;
mod format;
mod path;
mod setting;
mod write;

use crate::base::quoted::Quoted;
use crate::base::xml::{self, Element, Elements, XmlError};
use crate::index::StreamKind;
use entry::NotWhole;
use format::Layout;
use thiserror::Error;

pub use entry::Entry;
pub use format::LiveError;
pub use path::{PathError, beside, lies_beside, lies_in};
pub use setting::Setting;

/// The most tracks of a presentation.
const MAX_TRACKS: usize = 1000;
/// The most settings of a presentation.
const MAX_SETTINGS: usize = 32;

/// What is to stand in a `src`.
const SOURCE: &str =
    "write the path of its file there, from the folder of the .ism, or take the element out";

/// A server manifest.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ServerManifest {
    /// The path of the client manifest, relative to this one's folder; see [`beside`].
    pub client_manifest: Option<String>,
    /// The paths of the media in order of first mention, each once, relative likewise: files, and of an archive of a
    /// live channel folders, which end in `/`.
    pub media: Vec<String>,
    /// The tracks in the order they are written.
    pub tracks: Vec<Entry>,
    /// What its head asks of millrace, in order.
    pub settings: Vec<Setting>,
}

/// Why a document is not a server manifest.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum ServerManifestError {
    /// It is not XML.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// It is not even text.
    #[error(
        "{0}; if the asset is encrypted in storage (StorageEncrypted), decrypt all of its files first"
    )]
    Sealed(XmlError),
    /// It is of a channel that is live.
    #[error(transparent)]
    Live(#[from] LiveError),
    /// Its root is another element.
    #[error("the root element is {0}, where a server manifest has smil")]
    Root(String),
    /// It names no track.
    #[error("it names no video, audio or textstream")]
    NoTrack,
    /// It names more tracks than any presentation has.
    #[error("it names more than {MAX_TRACKS} tracks")]
    TooManyTracks,
    /// A track does not say which file it is in.
    #[error("a {0} element has no src: {SOURCE}")]
    NoSource(String),
    /// A track names nothing for the file that it is in.
    #[error("the src of a {0} element is empty: {SOURCE}")]
    EmptySource(String),
    /// A path in it leads nowhere, or elsewhere than to its own folder.
    #[error("the path {} is refused: {why}", Quoted(path))]
    Path {
        /// As written.
        path: String,
        /// What is wrong with it.
        why: PathError,
    },
    /// A value is not the number that it should be.
    #[error(
        "{name} of the {element} in {file} is {}, where a whole number below 2^32 is to stand, in digits alone",
        Quoted(value)
    )]
    Number {
        /// The name of the track's element.
        element: String,
        /// The file that the track is in.
        file: String,
        /// Of the attribute or parameter.
        name: &'static str,
        /// As written.
        value: String,
    },
}

impl ServerManifest {
    /// The server manifest in `bytes`, in UTF-8 or UTF-16.
    pub fn parse(bytes: &[u8]) -> Result<Self, ServerManifestError> {
        let text = xml::decode(bytes).map_err(|error| match error {
            XmlError::Encoding | XmlError::Character(_) if !begins_as_text(bytes) => {
                ServerManifestError::Sealed(error)
            }
            error => error.into(),
        })?;
        let mut layout = Layout::Files;
        let mut elements = Elements::new(&text);
        let mut manifest = Self::default();
        while let Some(element) = elements.read()? {
            match within(element.path)?.as_str() {
                "" | "body/switch" => {}
                "head/meta" => {
                    let (name, content) = pair(&element, "content")?;
                    layout = layout.after(&name, &content)?;
                    manifest.meta(&name, content.as_ref())?;
                }
                path => {
                    if let Some(path) = path.strip_prefix("body/") {
                        manifest.body(path.trim_start_matches("switch/"), &element)?;
                    }
                }
            }
        }
        layout.apply(&mut manifest.media);
        manifest.name_once();
        match manifest.tracks.is_empty() {
            true => Err(ServerManifestError::NoTrack),
            false => Ok(manifest),
        }
    }

    /// Those of the media that are named for nothing but text.
    pub fn text_media(&self) -> Vec<String> {
        let is_text = |place| {
            let mut entries = self.tracks.iter().filter(|entry| entry.media == place);
            entries.all(|entry| entry.kind == Some(StreamKind::Text))
        };
        let media = self.media.iter().enumerate();
        media.filter(|&(place, _)| is_text(place)).map(|(_, name)| name.clone()).collect()
    }

    /// Has media whose names differ in case alone be one: the first of them.
    pub fn fold(&mut self) {
        let folded: Vec<_> = self.media.iter().map(|name| name.to_lowercase()).collect();
        let first = |old| folded.iter().position(|name| Some(name) == folded.get(old));
        let kept: Vec<_> = (0..folded.len()).filter(|&old| first(old) == Some(old)).collect();
        self.keep(&kept, first);
        self.name_once();
    }

    /// Has a track that is named twice, and in the same words, be named once.
    fn name_once(&mut self) {
        let mut named: Vec<Entry> = Vec::with_capacity(self.tracks.len());
        for track in self.tracks.drain(..) {
            if !named.contains(&track) {
                named.push(track);
            }
        }
        self.tracks = named;
    }

    /// The same without some of the media, and without their tracks.
    pub fn without(mut self, missing: &[String]) -> Self {
        let named = self.media.iter().enumerate();
        let kept = named.filter(|(_, name)| !missing.contains(name)).map(|(old, _)| old);
        self.keep(&kept.collect::<Vec<_>>(), Some);
        self
    }

    /// Keeps the media at these places, and the tracks in a file that one of them stands for.
    fn keep(&mut self, kept: &[usize], stands_for: impl Fn(usize) -> Option<usize>) {
        self.tracks.retain_mut(|entry| {
            let file = stands_for(entry.media);
            let place = kept.iter().position(|&old| Some(old) == file);
            entry.media = place.unwrap_or_default();
            place.is_some()
        });
        let mut places = 0..;
        self.media.retain(|_| places.next().is_some_and(|old| kept.contains(&old)));
    }

    fn meta(&mut self, name: &str, content: &str) -> Result<(), ServerManifestError> {
        if name.eq_ignore_ascii_case("clientManifestRelativePath") && !content.is_empty() {
            self.client_manifest = Some(clean(content)?);
        }
        if let Some(setting) = Setting::read(name, content)
            && self.settings.len() < MAX_SETTINGS
        {
            self.settings.push(setting);
        }
        Ok(())
    }

    fn body(&mut self, path: &str, element: &Element<'_, '_>) -> Result<(), ServerManifestError> {
        let (track, child) = path.split_once('/').unwrap_or((path, ""));
        let kind = match track {
            "video" => Some(StreamKind::Video),
            "audio" => Some(StreamKind::Audio),
            "textstream" => Some(StreamKind::Text),
            "ref" => None,
            _ => return Ok(()),
        };
        match (child, self.tracks.last_mut()) {
            ("", _) => self.track(kind, track, element),
            ("param", Some(entry)) => {
                let file = self.media.get(entry.media).map(String::as_str).unwrap_or_default();
                let (name, value) = pair(element, "value")?;
                entry.param(name, value).map_err(|wrong| not_whole(track, file, wrong))
            }
            _ => Ok(()),
        }
    }

    fn track(
        &mut self,
        kind: Option<StreamKind>,
        name: &str,
        element: &Element<'_, '_>,
    ) -> Result<(), ServerManifestError> {
        if self.tracks.len() == MAX_TRACKS {
            return Err(ServerManifestError::TooManyTracks);
        }
        let (mut entry, mut source) = (Entry { kind, ..Entry::default() }, None);
        let mut wrong = None;
        for attribute in element.attributes() {
            match attribute? {
                (name, value) if name.eq_ignore_ascii_case("src") => source = Some(value),
                (name, value) => wrong = wrong.or(entry.set(name, &value).err()),
            }
        }
        let source = match source {
            Some(source) if !source.trim().is_empty() => clean(&source)?,
            Some(_) => return Err(ServerManifestError::EmptySource(name.to_owned())),
            None => return Err(ServerManifestError::NoSource(name.to_owned())),
        };
        if let Some(wrong) = wrong {
            return Err(not_whole(name, &source, wrong));
        }
        let known = self.media.iter().position(|media| *media == source);
        entry.media = known.unwrap_or_else(|| {
            self.media.push(source);
            self.media.len() - 1
        });
        self.tracks.push(entry);
        Ok(())
    }
}

/// That a value in an `element` of a track in `file` is no number.
fn not_whole(element: &str, file: &str, NotWhole { name, value }: NotWhole) -> ServerManifestError {
    let (element, file) = (element.to_owned(), xml::excerpt(file));
    ServerManifestError::Number { element, file, name, value }
}

/// Whether a document begins with markup, so that it is text, and nothing that is encrypted.
fn begins_as_text(bytes: &[u8]) -> bool {
    let marked = [b"\xff\xfe".as_slice(), b"\xfe\xff", b"\xef\xbb\xbf"];
    let text = marked.iter().find_map(|mark| bytes.strip_prefix(*mark)).unwrap_or(bytes);
    text.trim_ascii_start().starts_with(b"<") || text.starts_with(b"\0<")
}

/// What follows `smil/` in an element's path, in lower case.
fn within(path: &str) -> Result<String, ServerManifestError> {
    let (root, rest) = path.split_once('/').unwrap_or((path, ""));
    match root.eq_ignore_ascii_case("smil") {
        true => Ok(rest.to_ascii_lowercase()),
        false => Err(ServerManifestError::Root(xml::excerpt(root))),
    }
}

/// The `name` of a `meta` or `param`, and what it says.
fn pair(element: &Element<'_, '_>, value_name: &str) -> Result<(String, String), XmlError> {
    let mut pair = (String::new(), String::new());
    for attribute in element.attributes() {
        match attribute? {
            (other, name) if other.eq_ignore_ascii_case("name") => pair.0 = name.trim().to_owned(),
            (other, value) if other.eq_ignore_ascii_case(value_name) => pair.1 = value.into_owned(),
            _ => {}
        }
    }
    Ok(pair)
}

fn clean(written: &str) -> Result<String, ServerManifestError> {
    let written = written.trim();
    path::clean(written)
        .map_err(|why| ServerManifestError::Path { path: xml::excerpt(written), why })
}

#[cfg(test)]
mod tests;
