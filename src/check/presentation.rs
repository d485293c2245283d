//! A server manifest with the files that it names.

use super::looked::{TrackLooked, served};
use super::tracks::{of_index, unplayed};
use crate::assemble::{Built, Cuts};
use crate::base::range::ByteRange;
use crate::describe::Summary;
use crate::index::Source;
use crate::ism::{ServerManifest, ServerManifestError, beside};
use crate::library::build::{BuildError, Limits, MAX_SERVER_MANIFEST_SIZE, Rules, build};
use crate::proof;
use crate::scan::Way;
use crate::store::{Meta, ObjectStore, StoreError, current};

/// Findings about a presentation.
#[derive(Default)]
pub struct Presented {
    /// The key of its server manifest.
    pub key: String,
    /// The files that it is made of, as far as they are there, the server manifest first: each with its size in bytes.
    pub sources: Vec<(String, u64)>,
    /// The files without which it cannot be served, and that are not there.
    pub missing: Vec<String>,
    /// How long it lasts, in milliseconds.
    pub duration_ms: u64,
    /// Its tracks, each with which of the sources it is in.
    pub tracks: Vec<(usize, TrackLooked)>,
    /// What is done without, or otherwise than one would expect.
    pub warnings: Vec<String>,
    /// Why it would be refused, if it would.
    pub refusal: Option<String>,
}

impl Presented {
    /// What becomes of it, by its tracks that take the most work.
    pub fn verdict(&self) -> &'static str {
        match self.refusal {
            Some(_) => "would be refused",
            None => served(self.tracks.iter().map(|(_, track)| track)),
        }
    }
}

/// What there is to say of the presentation whose server manifest is `key` in `objects`; progressive files would be cut
/// like this. An error if a file of it cannot be read.
pub async fn presentation<O: ObjectStore>(
    objects: &O,
    key: &str,
    cuts: Cuts,
) -> Result<Presented, StoreError> {
    let mut presented = Presented { key: key.to_owned(), ..Presented::default() };
    let Meta { size, etag } = objects.head(key).await?;
    presented.sources.push((key.to_owned(), size));
    let manifest = match ByteRange::new(0, size).filter(|_| size <= MAX_SERVER_MANIFEST_SIZE) {
        Some(range) => parsed(key, &objects.read(key, range, &etag).await?),
        None => {
            Err(BuildError::TooLong { key: key.to_owned(), size, limit: MAX_SERVER_MANIFEST_SIZE })
        }
    };
    let manifest = match manifest {
        Ok(manifest) => manifest,
        Err(error) => return Ok(refused(presented, error.to_string())),
    };
    look_for(objects, &manifest, &mut presented).await?;
    if !presented.missing.is_empty() {
        let why = format!(
            "{key} names {}, which {} not here",
            presented.missing.join(", "),
            if presented.missing.len() == 1 { "is" } else { "are" }
        );
        return Ok(refused(presented, why));
    }
    let rules = Rules { cuts, ..Rules::default() };
    match build(objects, key, &Limits::NONE, Way::Tables, rules).await {
        Ok(Some(built)) => indexed(objects, built, presented).await,
        Ok(None) => Err(StoreError::NotFound(key.to_owned())),
        Err(BuildError::Store(error)) => Err(error),
        Err(error) => Ok(refused(presented, error.to_string())),
    }
}

fn parsed(key: &str, bytes: &[u8]) -> Result<ServerManifest, BuildError> {
    let named = |cause: ServerManifestError| BuildError::Server { key: key.to_owned(), cause };
    ServerManifest::parse(bytes).map_err(named)
}

/// Looks which of the files that the manifest names are there. Text is done without, unless there is nothing else.
async fn look_for<O: ObjectStore>(
    objects: &O,
    manifest: &ServerManifest,
    presented: &mut Presented,
) -> Result<(), StoreError> {
    let text = manifest.text_media();
    let is_all_text = text.len() == manifest.media.len();
    for name in &manifest.media {
        let key = beside(&presented.key, name);
        match current(objects, &key).await {
            Ok(Meta { size, .. }) => presented.sources.push((key, size)),
            Err(StoreError::NotFound(_)) if text.contains(name) && !is_all_text => {}
            Err(StoreError::NotFound(_)) => presented.missing.push(key),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

async fn indexed<O: ObjectStore>(
    objects: &O,
    Built { bundle, warnings }: Built,
    mut presented: Presented,
) -> Result<Presented, StoreError> {
    let index = &bundle.index;
    let ends = proof::ends(objects, &bundle).await.err();
    presented.refusal = ends.map(|error| error.to_string()).or_else(|| unplayed(index));
    presented.duration_ms = Summary::new(index, 0, 0).duration_ms;
    presented.tracks = of_index(index, &[]);
    presented.warnings = warnings.iter().map(ToString::to_string).collect();
    let source = |source: &Source| (source.key.clone(), source.size);
    presented.sources = index.sources.iter().map(source).collect();
    Ok(presented)
}

fn refused(presented: Presented, why: String) -> Presented {
    Presented { refusal: Some(why), ..presented }
}
