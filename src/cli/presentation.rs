//! A presentation of this machine: its `.ism`, and the root that its key is counted from.

use super::folder::Folder;
use anyhow::{Context, Result, bail};
use indicatif::MultiProgress;
use millrace::assemble::Cuts;
use millrace::build::{self, Limits, Rules};
use millrace::index::Index;
use millrace::scan::Way;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// A server manifest below a root.
pub(super) struct Presentation {
    root: PathBuf,
    /// Its key: the path below the root, with `/` between segments.
    pub(super) key: String,
    rules: Rules,
}

impl Presentation {
    /// The server manifest at `ism`, with a key counted from `root`, or from its own folder.
    pub(super) fn new(ism: &Path, root: Option<&Path>) -> Result<Self> {
        if !is_server_manifest(ism) {
            bail!("{} is not a server manifest: its name does not end in .ism", ism.display());
        }
        let ism = ism.canonicalize().with_context(|| ism.display().to_string())?;
        let root = match (root, ism.parent()) {
            (Some(root), _) => root.canonicalize().with_context(|| root.display().to_string())?,
            (None, Some(folder)) => folder.to_owned(),
            (None, None) => bail!("{} lies in no folder", ism.display()),
        };
        let below = ism.strip_prefix(&root).with_context(|| {
            format!("{} does not lie below the root {}", ism.display(), root.display())
        })?;
        let segments: Option<Vec<&str>> = below.iter().map(OsStr::to_str).collect();
        let segments = segments
            .with_context(|| format!("{} is not UTF-8, as keys must be", below.display()))?;
        Ok(Self { key: segments.join("/"), root, rules: Rules::default() })
    }

    /// The same, whose plain files are cut like this.
    pub(super) fn cut(mut self, cuts: Cuts) -> Self {
        self.rules.cuts = cuts;
        self
    }

    /// Builds its index: the `quick` way as the Worker does, or by looking at every box.
    /// How far it is, shows in `bars`.
    pub(super) fn index(&self, way: Way, bars: &MultiProgress) -> Result<Index> {
        let folder = self.folder(bars);
        let built = build::build(&folder, &self.key, &Limits::NONE, way, self.rules);
        let built = pollster::block_on(built)?;
        Ok(built.with_context(|| format!("{} is not there any more", self.key))?.index)
    }

    /// What its key and those of its sources are counted from, as a store.
    pub(super) fn folder(&self, bars: &MultiProgress) -> Folder {
        Folder::new(self.root.clone(), bars.clone())
    }
}

/// Whether a file is one, by its name.
pub(super) fn is_server_manifest(path: &Path) -> bool {
    let extension = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    matches!(extension.to_ascii_lowercase().as_str(), "ism" | "isml")
}
