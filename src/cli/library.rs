//! The presentations of a library.

use super::keys::KeyArguments;
use super::names::is_server_manifest;
use super::place::Place;
use super::presentation::Presentation;
use super::session::Session;
use anyhow::{Context, Result, bail, ensure};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// Which presentations, and what the deployment calls them.
#[derive(clap::Args)]
pub(super) struct LibraryArguments {
    /// Server manifests, or what they lie in: a folder here, or a prefix at a store.
    #[arg(value_name = "DIR|X.ism|URL", required = true, value_parser = Place::parser())]
    places: Vec<Place>,

    #[command(flatten)]
    keys: KeyArguments,
}

/// A server manifest that was found, or named.
pub(super) struct Entry {
    pub(super) place: Place,
    keys: KeyArguments,
}

impl Entry {
    pub(super) fn key(&self) -> Result<String> {
        self.keys.resolve(&self.place).map(|(key, _)| key)
    }

    pub(super) fn open(&self, session: &Session) -> Result<Presentation> {
        Presentation::open(&self.place, &self.keys, session)
    }
}

/// Its key, if it can have one.
impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.key() {
            Ok(key) => f.write_str(&key),
            Err(_) => self.place.fmt(f),
        }
    }
}

impl LibraryArguments {
    /// Every server manifest among and below the places that are named.
    pub(super) fn find(&self, session: &Session) -> Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for place in &self.places {
            let found = below(place, session)?;
            ensure!(!found.is_empty(), "there is no .ism below {place}");
            let mut keys = self.keys.clone();
            if let Place::Here(path) = place
                && path.is_dir()
            {
                keys.root.get_or_insert_with(|| place.clone());
            }
            entries.extend(found.into_iter().map(|place| Entry { place, keys: keys.clone() }));
        }
        Ok(entries)
    }
}

/// The server manifests below `place`, in order; or itself, if it is none that could hold some.
fn below(place: &Place, session: &Session) -> Result<Vec<Place>> {
    match place {
        Place::Here(path) if path.is_dir() => {
            let mut found = Vec::new();
            walk(path, &mut found)?;
            found.sort();
            Ok(found.into_iter().map(Place::Here).collect())
        }
        Place::There(address, prefix) if !is_server_manifest(place.path()) => {
            if address.is_web_server() {
                bail!("{place}: a web server gives no list of files: name an .ism at it");
            }
            let bucket = session.bucket(address)?;
            let found = session.wait(bucket.list(prefix, |key| is_server_manifest(Path::new(key))));
            Ok(found??.into_iter().map(|key| Place::There(address.clone(), key)).collect())
        }
        Place::Here(_) | Place::There(..) => Ok(vec![place.clone()]),
    }
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let context = || folder.display().to_string();
    for entry in fs::read_dir(folder).with_context(context)? {
        let entry = entry.with_context(context)?;
        let path = entry.path();
        if entry.file_type().with_context(context)?.is_dir() {
            walk(&path, found)?;
        } else if is_server_manifest(&path) {
            found.push(path);
        }
    }
    Ok(())
}
