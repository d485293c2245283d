//! A presentation: its key, and the files that it is made of.

use super::keys::KeyArguments;
use super::media::Media;
use super::names::is_manifest;
use super::place::Place;
use super::session::Session;
use anyhow::{Context, Result};
use millrace::index::{Bundle, Source};
use millrace::library::build::{self, Limits, Rules};
use millrace::proof;
use millrace::scan::Way;
use millrace::text::Syntax;
use std::path::Path;

/// A server manifest and what lies below the same root.
pub(super) struct Presentation {
    /// What the deployment calls it.
    pub(super) key: String,
    media: Media,
}

impl Presentation {
    /// The one whose server manifest is at `place`.
    pub(super) fn open(place: &Place, keys: &KeyArguments, session: &Session) -> Result<Self> {
        let (key, root) = keys.resolve(place)?;
        let media = Media::open(&root, &keys.prefix, session)?;
        Ok(Self { key, media })
    }

    /// Builds its index: by its tables, as the Worker does, or by looking at every box. It follows these
    /// `rules`. What it has to be made without is said.
    pub(super) fn build(&self, way: Way, rules: Rules, session: &Session) -> Result<Bundle> {
        let built = build::build(&self.media, &self.key, &Limits::NONE, way, rules);
        let built = session.wait(built)?;
        let built = built?.with_context(|| format!("{} is not there", self.key))?;
        session.warn(&built.warnings);
        session.wait(proof::ends(&self.media, &built.bundle))??;
        Ok(built.bundle)
    }

    /// Looks into every sample of these sources, and gives how many there are that say anything of themselves.
    pub(super) fn prove(&self, sources: &[Source], session: &Session) -> Result<u64> {
        let is_media = |source: &&Source| {
            let key = Path::new(&source.key);
            Syntax::of(&source.key).is_none() && !is_manifest(key)
        };
        let mut samples = 0u64;
        for source in sources.iter().filter(is_media) {
            samples = samples.saturating_add(session.wait(proof::all(&self.media, source))??);
        }
        Ok(samples)
    }
}
