//! One file by itself.

use super::looked::{Advice, Looked, TrackLooked};
use super::mend::{Mend, is_of_another_format};
use super::tracks::{of_index, unplayed};
use crate::assemble::{Built, Cuts, Warning};
use crate::base::range::ByteRange;
use crate::index::Source;
use crate::library::build::{BuildError, Composed, scan_and_compose};
use crate::proof;
use crate::scan::{self, MAX_TEXT_FILE_LENGTH, ScanError, Scanned, ScannedMedia, Way};
use crate::store::{Meta, ObjectStore, StoreError};
use crate::text::{self, Syntax};

/// A keyframe farther from the next than this keeps viewers waiting.
const FAR_MS: u64 = 10_000;

/// Whether a file is a server or a client manifest, by its name.
pub fn is_manifest(name: &str) -> bool {
    let end = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    matches!(end.as_str(), "ism" | "isml" | "ismc")
}

/// What there is to say of the media or text file `key` in `objects`, which is called `name`; a progressive one would be cut
/// like this. An error if it cannot be read.
///
/// How far the keyframes of a fragmented file are apart only [`Way::Samples`] tells, which reads a good part of it.
pub async fn file<O: ObjectStore>(
    objects: &O,
    key: &str,
    name: &str,
    cuts: Cuts,
    way: Way,
) -> Result<Looked, StoreError> {
    let meta = objects.head(key).await?;
    match Syntax::of(key) {
        Some(syntax) => of_text(objects, key, meta, name, syntax).await,
        None => of_media(objects, (key, meta), name, cuts, way).await,
    }
}

async fn of_text<O: ObjectStore>(
    objects: &O,
    key: &str,
    Meta { size, etag }: Meta,
    name: &str,
    syntax: Syntax,
) -> Result<Looked, StoreError> {
    let named = || name.to_owned();
    let scanned = match ByteRange::new(0, size).filter(|_| size <= MAX_TEXT_FILE_LENGTH) {
        Some(range) => {
            let bytes = objects.read(key, range, &etag).await?;
            scan::text(syntax, &bytes).map_err(|cause| BuildError::Text { key: named(), cause })
        }
        None => Err(BuildError::TooLong { key: named(), size, limit: MAX_TEXT_FILE_LENGTH }),
    };
    let tracks = scanned.iter().flat_map(|scanned| &scanned.tracks).map(|track| TrackLooked {
        coding: syntax.as_str().to_owned(),
        language: text::language(name).map(str::to_owned),
        way: Some("cut where the video is".to_owned()),
        ..TrackLooked::of(track)
    });
    let tracks = tracks.collect();
    let is_guessed =
        scanned.iter().flat_map(|scanned| &scanned.tracks).any(|track| match &track.media {
            ScannedMedia::Cues(cues) => cues.is_guessed,
            ScannedMedia::Fragments { .. } | ScannedMedia::Samples(_) => false,
        });
    let warning = Warning::GuessedText { file: named() };
    let warnings = is_guessed.then(|| warning.to_string()).into_iter().collect();
    let refusal = scanned.err().map(|error| {
        let mend = Mend::of(&error, &Scanned::default());
        Advice { why: error.to_string(), mend: mend.map(|mend| mend.line(name)) }
    });
    Ok(Looked { name: named(), size, tracks, warnings, refusal, advice: None })
}

async fn of_media<O: ObjectStore>(
    objects: &O,
    (key, Meta { size, etag }): (&str, Meta),
    name: &str,
    cuts: Cuts,
    way: Way,
) -> Result<Looked, StoreError> {
    let (mut scans, composed) = scan_and_compose(objects, "", &[key.to_owned()], cuts).await;
    let (built, mut warnings) = match composed {
        Ok(Composed { built, warnings, .. }) => (built, warnings),
        Err(error) => (Err(error), Vec::new()),
    };
    let mut scanned = scans.pop().map(|scan| scan.content).unwrap_or_default();
    if way == Way::Samples && !lists_samples(&scanned) {
        let source = Source::object(key, size, etag);
        scanned = proof::scanned(objects, &source, way).await?.unwrap_or_default();
    }
    let by_samples: Vec<TrackLooked> = scanned.tracks.iter().map(TrackLooked::of).collect();
    let (tracks, refusal) = match built {
        Ok(Built { bundle, warnings: more }) => {
            warnings.extend(more);
            let ends = proof::ends(objects, &bundle).await.err();
            let why = ends.map(|error| error.to_string()).or_else(|| unplayed(&bundle.index));
            let refusal = why.map(|why| Advice { why, mend: None });
            let tracks = of_index(&bundle.index, &by_samples);
            (tracks.into_iter().map(|(_, track)| track).collect(), refusal)
        }
        Err(BuildError::Store(error)) => return Err(error),
        Err(error) => {
            let mend = Mend::of(&error, &scanned).map(|mend| mend.line(name));
            let why = match &error {
                BuildError::Scan { cause: ScanError::Foreign(kind), .. } => {
                    format!("it is {kind}, not MP4")
                }
                error if is_of_another_format(error) => {
                    format!("it is no MP4, by its first bytes ({error})")
                }
                error => error.to_string(),
            };
            (by_samples, Some(Advice { why, mend }))
        }
    };
    let advice = far(&tracks).filter(|_| refusal.is_none()).map(|ms| Advice {
        why: format!(
            "keyframes are up to {} s apart, and playback begins, seeks and switches at keyframes only",
            ms / 1000
        ),
        mend: Some(Mend::VIDEO.line(name)),
    });
    let warnings = warnings.iter().map(ToString::to_string).collect();
    Ok(Looked { name: name.to_owned(), size, tracks, warnings, refusal, advice })
}

/// Whether what is known of a file is where each of its samples lies.
fn lists_samples(Scanned { tracks, .. }: &Scanned) -> bool {
    !tracks.is_empty() && tracks.iter().all(|track| track.samples().is_some())
}

/// How far keyframes, or the starts of chunks, are apart at most, where that is too far.
fn far(tracks: &[TrackLooked]) -> Option<u64> {
    let far = tracks.iter().filter_map(|track| track.keyframes.or(track.chunks));
    far.map(|spread| spread.longest_ms).max().filter(|&ms| ms > FAR_MS)
}
