//! From a presentation in storage to its index: the driver that joins stores and scanners.
//!
//! The Worker runs it when an index is missing, the command line ahead of time: the same code over
//! other doors, and so the same bytes.

mod assembled;
mod composed;
mod contents;
mod error;
mod limits;
mod lost;
mod named;
mod objects;
mod reader;
mod together;

use crate::assemble::{self, Cuts, Sourced};
use crate::base::turns::Turns;
use crate::ism::ServerManifest;
use crate::scan::{Scanner, Way};
use crate::store::ObjectStore;
use reader::Reader;
use together::Named;

pub use crate::assemble::Built;
pub use composed::{Composed, compose, scan_and_compose};
pub use contents::MAX_SERVER_MANIFEST_SIZE;
pub use error::BuildError;
pub use limits::{Limits, Rules};

/// The extension of a media file that can be a presentation by itself.
const LONE: [&str; 6] = ["mp4", "m4v", "m4a", "mov", "ismv", "isma"];

/// Bytes of a server manifest that are read with its size: real ones have a few thousand.
const SERVER_MANIFEST_LENGTH: u64 = 16 << 10;

/// The index of `presentation`, the key of a server manifest in `objects`, whose media are scanned
/// in this `way`, with its pages. A text file that is not there or cannot be read is done without.
///
/// `Ok(None)` if there is no such object.
pub async fn build<O: ObjectStore>(
    objects: &O,
    presentation: &str,
    limits: &Limits,
    way: Way,
    rules: Rules,
) -> Result<Option<Built>, BuildError> {
    build_among(objects, presentation, limits, way, rules, &Turns::alone()).await
}

/// [`build`], in `turns` with other work.
pub async fn build_among<O: ObjectStore>(
    objects: &O,
    presentation: &str,
    limits: &Limits,
    way: Way,
    rules: Rules,
    turns: &Turns<'_>,
) -> Result<Option<Built>, BuildError> {
    read(&Reader::new(objects, limits, (way, rules.folds), turns), presentation, rules).await
}

async fn read(
    reader: &Reader<'_>,
    presentation: &str,
    rules: Rules,
) -> Result<Option<Built>, BuildError> {
    let Some(begun) = reader.look(presentation, SERVER_MANIFEST_LENGTH).await? else {
        let named = presentation.strip_suffix(".ism").filter(|_| rules.lone);
        return match named.filter(|file| is_lone(file)) {
            Some(file) => lone(reader, file, rules.cuts).await,
            None => Ok(None),
        };
    };
    let mut server = reader.server_manifest(begun).await?;
    if rules.folds {
        server.content.fold();
    }
    let ServerManifest { client_manifest, media: names, .. } = &server.content;
    let texts = server.content.text_media();
    let Named { client, media: scanned } =
        reader.all_named(presentation, client_manifest.as_deref(), names, &texts).await?;
    let (mut media, mut lost) = (Vec::new(), Vec::new());
    for (name, scanned) in names.iter().zip(scanned) {
        match scanned {
            Ok(scanned) => media.push(scanned),
            Err(why) => lost.push((name.clone(), why)),
        }
    }
    let (server, warnings) = lost::without(server, lost)?;
    let mut built = reader.assembled(&server, client.as_ref(), media, rules.cuts).await?;
    built.warnings.extend(warnings);
    Ok(Some(built))
}

/// Whether `file` is called like a media file that can be a presentation by itself: in any case, as cameras have it.
pub fn is_lone(file: &str) -> bool {
    let extension = file.rsplit_once('.').map(|(_, extension)| extension);
    extension.is_some_and(|it| LONE.iter().any(|lone| it.eq_ignore_ascii_case(lone)))
}

/// The index of a `file` by itself: it is its own server manifest, which names all its tracks that can be
/// served.
async fn lone(reader: &Reader<'_>, file: &str, cuts: Cuts) -> Result<Option<Built>, BuildError> {
    let Some(begun) = reader.look(file, Scanner::START).await? else { return Ok(None) };
    let media = reader.scan(begun).await?;
    let (content, warnings) = assemble::compose(&[(file, &media.content)])?;
    let server = Sourced { source: media.source.clone(), content };
    let mut built = reader.assembled(&server, None, vec![media], cuts).await?;
    built.warnings.extend(warnings);
    Ok(Some(built))
}
