//! One presentation of a library: whether it can be served, and what its clients would lose.

use super::fault::Fault;
use super::weighed::Weighed;
use crate::cli::library::Entry;
use crate::cli::place::Place;
use crate::cli::session::Session;
use anyhow::Result;
use millrace::assemble::Warning;
use millrace::index::{Index, StreamKind};
use millrace::library::build::{Limits, Rules, build};
use millrace::proof::{self, ProofError};
use millrace::scan::Way;
use millrace::store::ObjectStore;
use millrace::view::View;
use std::collections::{BTreeSet, HashSet};
use std::fmt::Display;
use std::path::{Path, PathBuf};

/// A presentation, or what lies where one should be.
pub(super) struct Asset {
    /// Its key, or where it lies if it can have none.
    pub(super) name: String,
    /// The folder it lies in, if it is a server manifest.
    folder: Option<PathBuf>,
    /// Bytes of the files that it is made of and that are there.
    pub(super) bytes: u64,
    /// What is wrong with it, if it cannot be served.
    pub(super) fault: Option<Fault>,
    /// In words: why it cannot be served; or what its clients would lose, and what it takes.
    pub(super) notes: Vec<String>,
    /// The keys of what it is made of.
    sources: BTreeSet<String>,
}

impl Asset {
    /// Looks into the presentation of a server manifest.
    pub(super) fn of(entry: &Entry, rules: Rules, session: &Session) -> Self {
        let folder = entry.place.path().parent().map(PathBuf::from);
        let looked = entry.key().and_then(|_| entry.look(session));
        let asset = match looked {
            Ok((key, media)) => Self::built(key, &Weighed::new(media), rules, session),
            Err(error) => Self::failed(entry.to_string(), Fault::ServerManifest, &error),
        };
        Self { folder, ..asset }
    }

    fn built(key: String, files: &Weighed, rules: Rules, session: &Session) -> Self {
        let waited = session.wait(build(files, &key, &Limits::NONE, Way::Tables, rules));
        let is_costly = files.exceeds(Limits::REQUEST);
        let built = match waited {
            Ok(Ok(Some(built))) => built,
            Ok(Ok(None)) => return Self::failed(key, Fault::Storage, &"it is not there any more"),
            Ok(Err(error)) => {
                let bytes = files.size();
                return Self { bytes, ..Self::failed(key, Fault::of(&error), &error) };
            }
            Err(error) => return Self::failed(key, Fault::Storage, &error),
        };
        let bytes = files.size();
        let fault = match session.wait(proof::ends(files, &built.bundle)) {
            Ok(Ok(())) => None,
            Ok(Err(error @ ProofError::Store(_))) => Some((Fault::Storage, error.to_string())),
            Ok(Err(error)) => Some((Fault::Damaged, error.to_string())),
            Err(error) => Some((Fault::Storage, error.to_string())),
        };
        if let Some((fault, why)) = fault {
            return Self { bytes, ..Self::failed(key, fault, &why) };
        }
        let mut notes: Vec<String> = built.warnings.iter().map(Warning::to_string).collect();
        let by_samples = |warning: &Warning| matches!(warning, Warning::BySamples { .. });
        if is_costly && !built.warnings.iter().any(by_samples) {
            notes.push(
                "it takes more reads to index than a deployment makes at once: publish it with `millrace publish`"
                    .to_owned(),
            );
        }
        let index = built.bundle.index;
        notes.extend(losses(&index));
        let sources = index.sources.into_iter().map(|source| source.key).collect();
        Self { name: key, folder: None, bytes, fault: None, notes, sources }
    }

    /// One that cannot be served, for this cause.
    pub(super) fn failed(name: String, fault: Fault, why: &dyn Display) -> Self {
        let notes = vec![format!("{why:#}")];
        let fault = Some(fault);
        Self { name, folder: None, bytes: 0, fault, notes, sources: BTreeSet::new() }
    }

    /// A place that holds nothing that could be served.
    pub(super) fn empty(place: &Place) -> Self {
        Self::failed(place.to_string(), Fault::NoManifest, &"it holds neither an .ism nor media")
    }

    /// A media file that belongs to none of the assets that `known` is of.
    pub(super) fn stray(file: &Entry, known: &Known<'_>, session: &Session) -> Option<Self> {
        let (name, media) = match file.look(session) {
            Ok(looked) => looked,
            Err(error) => {
                return Some(Self::failed(file.place.to_string(), Fault::NoManifest, &error));
            }
        };
        if known.has(&name, file.place.path().parent()) {
            return None;
        }
        let bytes = session.wait(media.head(&name)).ok().and_then(Result::ok);
        let bytes = bytes.map_or(0, |meta| meta.size);
        let why = "no server manifest names this file";
        Some(Self { bytes, ..Self::failed(name, Fault::NoManifest, &why) })
    }

    /// Whether nothing can be said of it, as storage did not answer.
    pub(super) fn is_unknown(&self) -> bool {
        self.fault == Some(Fault::Storage)
    }
}

/// The files that assets are made of.
pub(super) struct Known<'a> {
    sources: HashSet<&'a str>,
    /// Folders of server manifests that cannot be read: a file beside one may be that one's.
    doubtful: HashSet<&'a Path>,
}

impl<'a> Known<'a> {
    pub(super) fn of(assets: &'a [Asset]) -> Self {
        let faulty = assets.iter().filter(|asset| asset.fault.is_some());
        Self {
            sources: assets.iter().flat_map(|asset| &asset.sources).map(String::as_str).collect(),
            doubtful: faulty.filter_map(|asset| asset.folder.as_deref()).collect(),
        }
    }

    fn has(&self, name: &str, folder: Option<&Path>) -> bool {
        self.sources.contains(name) || folder.is_some_and(|it| self.doubtful.contains(it))
    }
}

/// What clients of a protocol cannot be shown.
fn losses(index: &Index) -> Vec<String> {
    let view = View::whole(index);
    let is_media = |kind: StreamKind| kind != StreamKind::Text;
    let media = index.streams.iter().filter(|stream| is_media(stream.kind));
    let all: usize = media.map(|stream| stream.tracks.len()).sum();
    let smooth = view.smooth().map(|shown| {
        let media = shown.iter().filter(|shown| is_media(shown.stream.kind));
        media.map(|shown| shown.tracks.len()).sum::<usize>()
    });
    let cmaf = view
        .renditions()
        .map(|renditions| renditions.iter().map(|rendition| rendition.levels.len()).sum::<usize>());
    let loss = |clients, shown: Result<usize, _>| match shown {
        Ok(shown) if shown == all => None,
        Ok(shown) => Some(format!(
            "clients of {clients} are shown {shown} of {all} quality levels of video and audio: the others have codecs \
             that it has no name for"
        )),
        Err(error) => Some(format!("clients of {clients} are shown nothing: {error}")),
    };
    [loss("Smooth Streaming", smooth), loss("HLS and DASH", cmaf)].into_iter().flatten().collect()
}
