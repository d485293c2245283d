//! The presentations of a library.

use super::folder::Tags;
use super::keys::KeyArguments;
use super::media::Media;
use super::names::is_server_manifest;
use super::place::Place;
use super::presentation::Presentation;
use super::session::Session;
use anyhow::{Context, Result, bail, ensure};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// Arguments that name presentations, and what the deployment calls them.
#[derive(clap::Args)]
pub(super) struct LibraryArguments {
    /// Server manifests, local folders that hold some, or prefixes at a store.
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

    /// What `millrace index` is to be given, to make the index of it under this key.
    pub(super) fn arguments(&self) -> String {
        let KeyArguments { root, prefix } = &self.keys;
        let root = root.as_ref().map(|root| format!(" --root {root}")).unwrap_or_default();
        match prefix.as_str() {
            "" => format!("{}{root}", self.place),
            prefix => format!("{}{root} --as {prefix}", self.place),
        }
    }

    pub(super) fn open(&self, session: &Session) -> Result<Presentation> {
        Presentation::open(&self.place, &self.keys, session)
    }

    /// Its key, whatever it is, and the files below its root, to be looked into for this run alone.
    pub(super) fn look(&self, session: &Session) -> Result<(String, Media)> {
        let (key, root) = self.keys.locate(&self.place)?;
        Ok((key, Media::tagged(&root, &self.keys.prefix, Tags::Modified, session)?))
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
            entries.extend(manifests(place, &self.keys, session)?);
        }
        Ok(entries)
    }

    /// The places that are named.
    pub(super) fn places(&self) -> &[Place] {
        &self.places
    }

    /// Every file below `place`, one of those that are named, that is `wanted`; or itself, if it is none that could
    /// hold some.
    pub(super) fn among(
        &self,
        place: &Place,
        wanted: fn(&Path) -> bool,
        session: &Session,
    ) -> Result<Vec<Entry>> {
        among(place, &self.keys, wanted, session)
    }
}

/// Every server manifest at or below `place`; an error if there is none.
pub(super) fn manifests(
    place: &Place,
    keys: &KeyArguments,
    session: &Session,
) -> Result<Vec<Entry>> {
    let found = among(place, keys, is_server_manifest, session)?;
    ensure!(
        !found.is_empty(),
        "there is no .ism below {place}; `millrace compose` writes one for files that have none"
    );
    Ok(found)
}

fn among(
    place: &Place,
    keys: &KeyArguments,
    wanted: fn(&Path) -> bool,
    session: &Session,
) -> Result<Vec<Entry>> {
    let mut keys = keys.clone();
    if let Place::Here(path) = place
        && path.is_dir()
    {
        keys.root.get_or_insert_with(|| place.clone());
    }
    let found = below(place, wanted, session)?;
    Ok(found.into_iter().map(|place| Entry { place, keys: keys.clone() }).collect())
}

/// The files below `place` that are `wanted`, in order; or itself, if it is none that could hold some.
fn below(place: &Place, wanted: fn(&Path) -> bool, session: &Session) -> Result<Vec<Place>> {
    match place {
        Place::Here(path) if path.is_dir() => {
            let found = walk(path, wanted)?;
            Ok(found.into_iter().map(Place::Here).collect())
        }
        Place::There(address, prefix) if !is_server_manifest(place.path()) => {
            if address.is_web_server() {
                bail!("{place}: a web server gives no list of files: name an .ism at it");
            }
            let bucket = session.bucket(address)?;
            let found = session.wait(bucket.list(prefix, |key| wanted(Path::new(key))));
            Ok(found??.into_iter().map(|key| Place::There(address.clone(), key)).collect())
        }
        Place::Here(_) | Place::There(..) => Ok(vec![place.clone()]),
    }
}

/// The files below `folder` that are `wanted`, in order.
pub(super) fn walk(folder: &Path, wanted: fn(&Path) -> bool) -> Result<Vec<PathBuf>> {
    let (mut folders, mut found) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        let context = || folder.display().to_string();
        for entry in fs::read_dir(&folder).with_context(context)? {
            let entry = entry.with_context(context)?;
            let path = entry.path();
            if entry.file_type().with_context(context)?.is_dir() {
                folders.push(path);
            } else if wanted(&path) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
