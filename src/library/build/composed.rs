//! From media files to the server manifest that makes a presentation of them.

use super::lost::Lost;
use super::reader::Reader;
use super::{BuildError, Limits};
use crate::assemble::{self, Built, Cuts, Sourced, Warning};
use crate::base::turns::Turns;
use crate::index::Source;
use crate::ism::{ServerManifest, beside};
use crate::scan::{Scanned, Way};
use crate::store::ObjectStore;

/// The result of composing a server manifest for files.
#[derive(Debug)]
pub struct Composed {
    /// The server manifest.
    pub manifest: ServerManifest,
    /// What it names none of.
    pub warnings: Vec<Warning>,
    /// The index of the presentation that it makes of them, or what keeps that from being indexed.
    pub built: Result<Built, BuildError>,
}

/// The server manifest of `files`, which lie in `objects` at these paths beside it, where its key is `presentation`.
/// It need not be there. Each file is scanned as [`build`](super::build) scans it.
pub async fn compose<O: ObjectStore>(
    objects: &O,
    presentation: &str,
    files: &[String],
    cuts: Cuts,
) -> Result<Composed, BuildError> {
    scan_and_compose(objects, presentation, files, cuts).await.1
}

/// What there is in each of these `files`, or nothing if one of them cannot be scanned; and what [`compose`] makes of them.
pub async fn scan_and_compose<O: ObjectStore>(
    objects: &O,
    presentation: &str,
    files: &[String],
    cuts: Cuts,
) -> (Vec<Sourced<Scanned>>, Result<Composed, BuildError>) {
    let turns = Turns::alone();
    let reader = Reader::new(objects, &Limits::NONE, (Way::Tables, false), &turns);
    match found(&reader, presentation, files).await {
        Ok(found) => {
            let composed = composed(&reader, presentation, &found, cuts).await;
            (found.scans, composed)
        }
        Err(error) => (Vec::new(), Err(error)),
    }
}

/// What there is in files, and what there is to say of those that are done without.
#[derive(Default)]
struct Found<'a> {
    files: Vec<&'a str>,
    /// Of each of the files.
    scans: Vec<Sourced<Scanned>>,
    warnings: Vec<Warning>,
}

/// What there is in `files`. A text that cannot be read is done without, unless there is nothing else.
async fn found<'a>(
    reader: &Reader<'_>,
    presentation: &str,
    files: &'a [String],
) -> Result<Found<'a>, BuildError> {
    let named = reader.all_named(presentation, None, files, &[]).await?;
    let is_all_lost = named.media.iter().all(Result::is_err);
    let mut found = Found::default();
    for (file, scan) in files.iter().zip(named.media) {
        let key = beside(presentation, file);
        match scan {
            Ok(scan) => {
                found.files.push(file);
                found.scans.push(scan);
            }
            Err(lost @ Lost::Broken { .. }) if !is_all_lost => {
                found.warnings.push(lost.warning(presentation, key));
            }
            Err(lost) => return Err(lost.error(presentation, key)),
        }
    }
    Ok(found)
}

async fn composed(
    reader: &Reader<'_>,
    presentation: &str,
    Found { files, scans, warnings }: &Found<'_>,
    cuts: Cuts,
) -> Result<Composed, BuildError> {
    let found: Vec<(&str, &Scanned)> =
        files.iter().copied().zip(scans.iter().map(|scan| &scan.content)).collect();
    let (manifest, left_out) = assemble::compose(&found)?;
    let warnings = warnings.iter().cloned().chain(left_out).collect();
    let is_named =
        |name: &String, scan: &Sourced<Scanned>| scan.source.key == beside(presentation, name);
    let named = |name| scans.iter().find(|scan| is_named(name, scan)).cloned();
    let media = manifest.media.iter().filter_map(named).collect();
    let source = Source::object(presentation, 0, String::new());
    let server = Sourced { source, content: manifest };
    let built = reader.assembled(&server, None, media, cuts).await;
    Ok(Composed { manifest: server.content, warnings, built })
}
