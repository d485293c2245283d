//! Presentations in folders of this machine.

use super::presentation::{Presentation, is_server_manifest};
use anyhow::{Context, Result, ensure};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// A server manifest that was found, or named.
pub(super) struct Entry {
    pub(super) ism: PathBuf,
    root: Option<PathBuf>,
}

impl Entry {
    pub(super) fn presentation(&self) -> Result<Presentation> {
        Presentation::new(&self.ism, self.root.as_deref())
    }
}

/// Its key, if it can have one.
impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.presentation() {
            Ok(presentation) => f.write_str(&presentation.key),
            Err(_) => self.ism.display().fmt(f),
        }
    }
}

/// Every server manifest among and below `paths`. Keys are counted from `root`; without one, from
/// the folder that was named, or the one that a named manifest lies in.
pub(super) fn find(paths: &[PathBuf], root: Option<&Path>) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for path in paths {
        if !path.is_dir() {
            entries.push(Entry { ism: path.clone(), root: root.map(Path::to_owned) });
            continue;
        }
        let mut found = Vec::new();
        walk(path, &mut found)?;
        ensure!(!found.is_empty(), "there is no .ism below {}", path.display());
        found.sort();
        let root = Some(root.unwrap_or(path).to_owned());
        entries.extend(found.into_iter().map(|ism| Entry { ism, root: root.clone() }));
    }
    Ok(entries)
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
