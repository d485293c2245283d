//! Keys: what the deployment asks its storage for, and what that is called where it lies.

use super::names::is_server_manifest;
use super::place::{Address, Place};
use anyhow::{Context, Result, anyhow, bail, ensure};
use millrace::library::build::is_lone;
use millrace::url::check_presentation;
use std::ffi::OsStr;
use std::path::Path;

/// Arguments that say how the deployment's keys differ from where files lie.
#[derive(clap::Args, Clone)]
pub(super) struct KeyArguments {
    /// The front of each path that is removed to make its key [default: DIR, or the folder of each .ism; at a
    /// store, its top]
    #[arg(long, value_name = "DIR|URL", value_parser = Place::parser())]
    pub(super) root: Option<Place>,

    /// A prefix that is put in front of each key.
    #[arg(long = "as", value_name = "PREFIX", default_value = "", hide_default_value = true)]
    pub(super) prefix: String,
}

impl KeyArguments {
    /// The deployment's key of the server manifest at `place`, and what it is counted from.
    pub(super) fn resolve(&self, place: &Place) -> Result<(String, Place)> {
        if let Place::Here(path) = place {
            ensure!(path.exists(), "there is no file or folder {place}");
        }
        if !is_server_manifest(place.path()) {
            let name = place.path().file_name().and_then(OsStr::to_str);
            let alone = match name.filter(|name| is_lone(name)) {
                Some(name) => format!("; with LONE = \"allow\" it is served as {name}.ism without"),
                None => String::new(),
            };
            bail!(
                "{place} is not a server manifest, as its name does not end in .ism; \
                 `millrace compose` writes one for media files{alone}"
            );
        }
        let (key, root) = self.locate(place)?;
        check_presentation(&key).map_err(|error| {
            anyhow!("{place} would be called {key}, and then {error}; say with --root and --as what its key is")
        })?;
        Ok((key, root))
    }

    /// The deployment's key of the file at `place`, whatever it is, and what it is counted from.
    pub(super) fn locate(&self, place: &Place) -> Result<(String, Place)> {
        match place {
            Place::Here(file) => self.resolve_here(file),
            Place::There(address, object) => self.resolve_there(address, object),
        }
    }

    fn resolve_here(&self, ism: &Path) -> Result<(String, Place)> {
        let ism = ism.canonicalize().with_context(|| ism.display().to_string())?;
        let root = match (&self.root, ism.parent()) {
            (Some(Place::Here(root)), _) => {
                root.canonicalize().with_context(|| root.display().to_string())?
            }
            (Some(root), _) => bail!("{} does not lie below the root {root}", ism.display()),
            (None, Some(folder)) => folder.to_owned(),
            (None, None) => bail!("{} lies in no folder", ism.display()),
        };
        let below = ism.strip_prefix(&root).with_context(|| {
            format!("{} does not lie below the root {}", ism.display(), root.display())
        })?;
        let segments: Option<Vec<&str>> = below.iter().map(OsStr::to_str).collect();
        let segments = segments
            .with_context(|| format!("{} is not UTF-8, as keys must be", below.display()))?;
        Ok((format!("{}{}", folder(&self.prefix), segments.join("/")), Place::Here(root)))
    }

    fn resolve_there(&self, address: &Address, object: &str) -> Result<(String, Place)> {
        let root = match &self.root {
            None => "",
            Some(Place::There(there, root)) if there == address => root,
            Some(root) => bail!("{address}/{object} does not lie below the root {root}"),
        };
        let key = Keys::new(root, &self.prefix).of(object).with_context(|| {
            format!("{address}/{object} does not lie below the root {address}/{root}")
        })?;
        Ok((key, Place::There(address.clone(), root.to_owned())))
    }
}

/// The rule by which names below a root become keys: the root is removed, and a prefix put in its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Keys {
    /// Empty, or ending in `/`.
    root: String,
    /// Empty, or ending in `/`.
    prefix: String,
}

impl Keys {
    pub(super) fn new(root: &str, prefix: &str) -> Self {
        Self { root: folder(root), prefix: folder(prefix) }
    }

    /// The deployment's key of what is called `name` where it lies.
    pub(super) fn of(&self, name: &str) -> Option<String> {
        Some(format!("{}{}", self.prefix, name.strip_prefix(&self.root)?))
    }

    /// What the deployment's `key` is called where it lies.
    pub(super) fn name(&self, key: &str) -> Option<String> {
        Some(format!("{}{}", self.root, key.strip_prefix(&self.prefix)?))
    }
}

/// With one `/` at its end, unless it is empty.
fn folder(text: &str) -> String {
    match text.trim_matches('/') {
        "" => String::new(),
        text => format!("{text}/"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn keys_are_mapped_there_and_back() {
        for (root, prefix, object, key) in [
            ("", "", "films/x.ism", "films/x.ism"),
            ("vod", "", "vod/films/x.ism", "films/x.ism"),
            ("/vod/", "archive", "vod/films/x.ism", "archive/films/x.ism"),
            ("", "archive/", "x.ism", "archive/x.ism"),
        ] {
            let keys = Keys::new(root, prefix);
            assert_eq!(keys.of(object).unwrap(), key);
            assert_eq!(keys.name(key).unwrap(), object);
        }
        assert_eq!(Keys::new("vod", "").of("vodka/x.ism"), None);
        assert_eq!(Keys::new("", "archive").name("x.ism"), None);
    }
}
