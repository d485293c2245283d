//! The server manifest, `.ism`: a SMIL document that says which track of which file is which
//! quality level (`[MS-SSTR]` 2.2.7.3.1).
//!
//! What producers leave out, they leave out: assembling takes it from the files. Names of elements and
//! attributes are taken in any case.

mod entry;
mod error;
mod format;
mod path;
mod read;
mod setting;
mod write;

use crate::index::StreamKind;

pub use entry::Entry;
pub use error::ServerManifestError;
pub use format::LiveError;
pub use path::{PathError, beside, lies_beside, lies_in};
pub use setting::Setting;

/// A server manifest.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ServerManifest {
    /// The path of the client manifest, relative to this one's folder; see [`beside`].
    pub client_manifest: Option<String>,
    /// Why the path of the client manifest is not followed, if it leads elsewhere.
    pub client_refused: Option<String>,
    /// Why the files of texts cannot be found, each by its path: they are done without.
    pub texts_refused: Vec<String>,
    /// The paths of the media in order of first mention, each once, relative likewise: files, and of an archive of a
    /// live channel folders, which end in `/`.
    pub media: Vec<String>,
    /// The tracks in the order they are written.
    pub tracks: Vec<Entry>,
    /// What its head asks of millrace, in order.
    pub settings: Vec<Setting>,
}

impl ServerManifest {
    /// The media that are named for nothing but text.
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

    /// The same manifest without the media that are `missing`, and without their tracks.
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
}

#[cfg(test)]
mod tests;
