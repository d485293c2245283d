//! A file that was looked at: its tracks, what becomes of them, or why nothing does.

use super::mend::{self, Mend};
use super::words;
use crate::cli::media::Media;
use crate::cli::names::is_manifest;
use crate::cli::session::Session;
use crate::cli::show;
use anyhow::{Context, Result, ensure};
use millrace::assemble::{Built, Cuts};
use millrace::base::time::Timescale;
use millrace::describe;
use millrace::index::{Index, Source, Stream, StreamKind, Track};
use millrace::library::build::{BuildError, Composed, Limits, compose};
use millrace::proof;
use millrace::scan::{self, MAX_TEXT_LENGTH, Scanned, ScannedTrack};
use millrace::store::{Meta, ObjectStore};
use millrace::text::{self, Syntax};
use millrace::view::View;
use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;

/// A keyframe farther from the next than this keeps viewers waiting.
const FAR_MS: u64 = 10_000;

/// What there is to say of a file.
pub(super) struct Looked {
    pub(super) name: String,
    pub(super) tracks: Vec<TrackLooked>,
    pub(super) warnings: Vec<String>,
    /// Why it would be refused, if it would.
    pub(super) refusal: Option<Advice>,
    /// What had better be otherwise.
    pub(super) advice: Option<Advice>,
}

/// What is wrong, and the command line that mends it.
pub(super) struct Advice {
    pub(super) why: String,
    pub(super) mend: Option<String>,
}

/// A track of it.
pub(super) struct TrackLooked {
    pub(super) id: u32,
    pub(super) kind: &'static str,
    /// As editors call it.
    pub(super) coding: String,
    /// As `RFC 6381` has it.
    pub(super) codec: Option<String>,
    pub(super) details: Vec<String>,
    pub(super) language: Option<String>,
    pub(super) bitrate: Option<u32>,
    /// How its fragments come about.
    pub(super) way: Option<String>,
    pub(super) chunks: Option<Spread>,
    pub(super) keyframes: Option<Spread>,
}

/// How many stretches of time there are, and how long they last.
#[derive(Clone, Copy)]
pub(super) struct Spread {
    pub(super) count: usize,
    pub(super) shortest_ms: u64,
    pub(super) longest_ms: u64,
}

impl Spread {
    fn of(lengths: impl Iterator<Item = u64>, timescale: Timescale) -> Option<Self> {
        let ms = |ticks| timescale.rescale(ticks, Timescale::MILLISECONDS).unwrap_or(u64::MAX);
        let one = |ms| Self { count: 1, shortest_ms: ms, longest_ms: ms };
        lengths.map(|ticks| one(ms(ticks))).reduce(|all, next| Self {
            count: all.count.saturating_add(1),
            shortest_ms: all.shortest_ms.min(next.shortest_ms),
            longest_ms: all.longest_ms.max(next.longest_ms),
        })
    }
}

impl Looked {
    /// Looks at `file`, a progressive one of which would be cut like this.
    pub(super) fn at(file: &Path, cuts: Cuts, session: &Session) -> Result<Self> {
        let name = file.display().to_string();
        ensure!(file.exists(), "there is no file {name}");
        ensure!(!file.is_dir(), "{name} is a folder: name the files in it");
        ensure!(
            !is_manifest(file),
            "{name} is a manifest: `millrace index --dry-run` says what becomes of its files"
        );
        let own = file.file_name().and_then(OsStr::to_str);
        let own = own.with_context(|| format!("{name} is not UTF-8"))?;
        match Syntax::of(own) {
            Some(syntax) => Self::at_text(name, file, syntax),
            None => Self::at_media(name, file, own, cuts, session),
        }
    }

    fn at_text(name: String, file: &Path, syntax: Syntax) -> Result<Self> {
        let key = name.clone();
        let size = fs::metadata(file).with_context(|| name.clone())?.len();
        let scanned = if size > MAX_TEXT_LENGTH {
            Err(BuildError::TooLong { key, size })
        } else {
            let bytes = fs::read(file).with_context(|| name.clone())?;
            scan::text(syntax, &bytes).map_err(|cause| BuildError::Text { key, cause })
        };
        let tracks = scanned.iter().flat_map(|scanned| &scanned.tracks).map(|track| TrackLooked {
            coding: syntax.as_str().to_owned(),
            language: text::language(&name).map(str::to_owned),
            way: Some("cut where the video is".to_owned()),
            ..TrackLooked::of(track)
        });
        let tracks = tracks.collect();
        let refusal = scanned.err().map(|error| {
            let mend = Mend::of(&error, &Scanned::default());
            Advice { why: error.to_string(), mend: mend.map(|mend| mend.line(&name)) }
        });
        Ok(Self { name, tracks, warnings: Vec::new(), refusal, advice: None })
    }

    fn at_media(
        name: String,
        file: &Path,
        own: &str,
        cuts: Cuts,
        session: &Session,
    ) -> Result<Self> {
        let folder = file.parent().filter(|folder| *folder != Path::new(""));
        let media = Media::look(folder.unwrap_or(Path::new(".")).to_owned(), session);
        let Meta { size, etag } = session.wait(media.head(own))??;
        let source = Source::object(own, size, etag);
        let samples = session.wait(proof::scanned(&media, &source))??;
        let files = [own.to_owned()];
        let composed = session.wait(compose(&media, "", &files, &Limits::NONE, cuts))?;
        let (built, mut warnings) = match composed {
            Ok(Composed { built, warnings, .. }) => (built, warnings),
            Err(error) => (Err(error), Vec::new()),
        };
        let ends = match &built {
            Ok(built) => session.wait(proof::ends(&media, &built.bundle))?.err(),
            Err(_) => None,
        };
        let scanned = samples.unwrap_or_default();
        let by_samples: Vec<TrackLooked> = scanned.tracks.iter().map(TrackLooked::of).collect();
        let (tracks, refusal) = match built {
            Ok(Built { bundle, warnings: more }) => {
                warnings.extend(more);
                let why = ends.map(|error| error.to_string()).or_else(|| unplayed(&bundle.index));
                let refusal = why.map(|why| Advice { why, mend: None });
                (of_index(&bundle.index, &by_samples), refusal)
            }
            Err(error) => {
                let mend = Mend::of(&error, &scanned).map(|mend| mend.line(&name));
                let why = match mend::is_of_another_format(&error) {
                    true => format!("it is no MP4, by its first bytes ({error})"),
                    false => error.to_string(),
                };
                (by_samples, Some(Advice { why, mend }))
            }
        };
        let far = tracks.iter().filter_map(|track| track.keyframes.or(track.chunks));
        let far = far.map(|spread| spread.longest_ms).max().filter(|&ms| ms > FAR_MS);
        let advice = far.filter(|_| refusal.is_none()).map(|ms| Advice {
            why: format!(
                "keyframes are up to {} s apart, and playback begins, seeks and switches at keyframes only",
                ms / 1000
            ),
            mend: Some(Mend::VIDEO.line(&name)),
        });
        let warnings = warnings.iter().map(ToString::to_string).collect();
        Ok(Self { name, tracks, warnings, refusal, advice })
    }

    /// How it is served, by its tracks that take the most work.
    pub(super) fn way(&self) -> &'static str {
        let any = |start: &str| {
            let ways = self.tracks.iter().filter_map(|track| track.way.as_deref());
            ways.into_iter().any(|way| way.starts_with(start))
        };
        if any("by its samples") {
            "can be served, from its samples"
        } else if any("fragments, rewritten") {
            "can be served, its fragments rewritten"
        } else if any("fragments") {
            "can be served, its fragments as they are"
        } else {
            "can be served"
        }
    }
}

impl TrackLooked {
    fn of(track: &ScannedTrack) -> Self {
        let keyframes = track.samples().filter(|_| track.format.kind() == StreamKind::Video);
        Self {
            id: track.track_id,
            kind: track.format.kind().as_str(),
            coding: words::coding(&track.format),
            codec: None,
            details: words::details(&track.format),
            language: track.language.clone(),
            bitrate: None,
            way: None,
            chunks: None,
            keyframes: keyframes.and_then(|samples| {
                let syncs = samples.iter().filter(|sample| sample.is_sync());
                let mut syncs: Vec<u64> = syncs.map(|sample| sample.decode).collect();
                let end = samples.iter().last();
                syncs.extend(end.map(|last| last.decode.saturating_add(last.duration.into())));
                let apart = syncs.windows(2).map(|two| match two {
                    [one, next] => next.saturating_sub(*one),
                    _ => 0,
                });
                Spread::of(apart, track.timescale)
            }),
        }
    }
}

/// The tracks of an index, each with what was found of it `by_samples`.
fn of_index(index: &Index, by_samples: &[TrackLooked]) -> Vec<TrackLooked> {
    let whole = describe::whole(index);
    let codecs = codecs(index);
    let media = |stream: usize, track: usize| {
        whole.get("streams")?.get(stream)?.get("tracks")?.get(track)?.get("media").cloned()
    };
    let looked = |(at, stream): (usize, &Stream), (place, track): (usize, &Track)| {
        let chunks = stream.timeline.iter().map(|chunk| chunk.duration);
        let same = by_samples.iter().find(|found| found.id == track.track_id);
        let codec = codecs.iter().find(|(id, _)| *id == track.track_id);
        TrackLooked {
            id: track.track_id,
            kind: stream.kind.as_str(),
            coding: words::coding(&track.format),
            codec: codec.map(|(_, codec)| codec.clone()),
            details: words::details(&track.format),
            language: Some(stream.language.clone()).filter(|language| !language.is_empty()),
            bitrate: Some(track.bitrate),
            way: Some(show::way(&media(at, place).unwrap_or(Value::Null))),
            chunks: Spread::of(chunks, stream.timescale),
            keyframes: same.and_then(|found| found.keyframes),
        }
    };
    let streams = index.streams.iter().enumerate();
    let tracks = streams.flat_map(|stream| {
        stream.1.tracks.iter().enumerate().map(move |track| looked(stream, track))
    });
    tracks.collect()
}

/// What HLS and DASH call the codecs of tracks, by their IDs.
fn codecs(index: &Index) -> Vec<(u32, String)> {
    let renditions = View::whole(index).renditions().unwrap_or_default();
    let levels = renditions.into_iter().flat_map(|rendition| rendition.levels);
    levels.map(|level| (level.track.track_id, level.codec)).collect()
}

/// Why no client can play it, if none can.
fn unplayed(index: &Index) -> Option<String> {
    let view = View::whole(index);
    match (view.smooth().err(), view.renditions().err()) {
        (Some(smooth), Some(_)) => Some(smooth.to_string()),
        _ => None,
    }
}
