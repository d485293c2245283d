//! From a SMIL document to a server manifest.

use super::entry::{Entry, NotWhole};
use super::error::{MAX_TRACKS, ServerManifestError};
use super::format::Layout;
use super::{ServerManifest, Setting, path};
use crate::base::xml::{self, Element, Elements, XmlError};
use crate::index::StreamKind;

/// The most settings of a presentation.
const MAX_SETTINGS: usize = 32;

impl ServerManifest {
    /// The server manifest in `bytes`, in UTF-8 or UTF-16, or as its declaration says.
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
        let mut refused = None;
        while let Some(element) = elements.read()? {
            match within(element.path)?.as_str() {
                "head/meta" => {
                    let (name, content) = pair(&element, "content")?;
                    layout = layout.after(&name, &content)?;
                    manifest.meta(&name, content.as_ref());
                }
                path => {
                    if let Some(path) = path.strip_prefix("body/") {
                        manifest.body(path, &element, &mut refused)?;
                    }
                }
            }
        }
        layout.apply(&mut manifest.media);
        manifest.name_once();
        match manifest.tracks.is_empty() {
            true => Err(refused.unwrap_or(ServerManifestError::NoTrack)),
            false => Ok(manifest),
        }
    }

    fn meta(&mut self, name: &str, content: &str) {
        if name.eq_ignore_ascii_case("clientManifestRelativePath") && !content.is_empty() {
            match clean(content) {
                Ok(path) => self.client_manifest = Some(path),
                Err(error) => self.client_refused = Some(error.to_string()),
            }
        }
        if let Some(setting) = Setting::read(name, content)
            && self.settings.len() < MAX_SETTINGS
        {
            self.settings.push(setting);
        }
    }

    /// Takes an element at this `path` in the body: a track, whatever it stands in, or a parameter of the last one. That is
    /// `refused` if it is a text whose file cannot be found.
    fn body(
        &mut self,
        path: &str,
        element: &Element<'_, '_>,
        refused: &mut Option<ServerManifestError>,
    ) -> Result<(), ServerManifestError> {
        let (outer, name) = path.rsplit_once('/').unwrap_or(("", path));
        if let Some(kind) = track_of(name) {
            if outer.split('/').any(|outer| outer == "seq") {
                return Err(ServerManifestError::Sequence(name.to_owned()));
            }
            let taken = self.track(kind, name, element);
            *refused = None;
            return match taken {
                Err(error) if kind == Some(StreamKind::Text) && error.is_of_source() => {
                    self.texts_refused.push(error.to_string());
                    *refused = Some(error);
                    Ok(())
                }
                taken => taken,
            };
        }
        let track = outer.rsplit('/').next().filter(|&outer| track_of(outer).is_some());
        let last = self.tracks.last_mut().filter(|_| refused.is_none());
        if let ("param", Some(track), Some(entry)) = (name, track, last) {
            let file = self.media.get(entry.media).map(String::as_str).unwrap_or_default();
            let (name, value) = pair(element, "value")?;
            return entry.param(name, value).map_err(|wrong| not_whole(track, file, wrong));
        }
        Ok(())
    }

    fn track(
        &mut self,
        kind: Option<StreamKind>,
        name: &str,
        element: &Element<'_, '_>,
    ) -> Result<(), ServerManifestError> {
        if self.tracks.len().saturating_add(self.texts_refused.len()) == MAX_TRACKS {
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

/// What an element of this name says of the kind of its track, if it is one of a track.
fn track_of(name: &str) -> Option<Option<StreamKind>> {
    match name {
        "video" => Some(Some(StreamKind::Video)),
        "audio" => Some(Some(StreamKind::Audio)),
        "textstream" => Some(Some(StreamKind::Text)),
        "ref" => Some(None),
        _ => None,
    }
}

/// The error of a value that is no number, in an `element` of a track in `file`.
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
