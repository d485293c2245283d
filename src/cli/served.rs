//! A comparison of what a deployment serves with local files: manifest and fragments, byte for byte.

use super::address::split;
use super::clock::now_ms;
use super::deployment::Deployment;
use super::folder::ReadBytes;
use super::keys::KeyArguments;
use super::media::Media;
use super::only::Only;
use super::session::Session;
use anyhow::{Context, Result, bail, ensure};
use http::Method;
use millrace::assemble::Warning;
use millrace::base::target::SegmentTarget;
use millrace::index::{Bundle, Generation, Index};
use millrace::library::build::{Limits, Rules};
use millrace::library::memo::Memo;
use millrace::library::{Library, LibraryError, Runtime};
use millrace::origin::{AccessRecord, Asked, Failure, Observer, Origin, Piece, Settings};
use millrace::scan::Way;
use millrace::url::{Form, FragmentRequest, ManifestFormat, ManifestRequest, Noun, Request};
use std::cell::RefCell;
use std::hash::{BuildHasher, RandomState};
use std::rc::Rc;

/// Compares the presentation at `url` with the files below the root: the manifest, and so many
/// fragments taken at random; and says so.
pub(super) fn run(
    url: &str,
    keys: &KeyArguments,
    (fragments, rules): (usize, Rules),
    session: &Session,
) -> Result<String> {
    let (base, key) = split(url)?;
    let deployment = Deployment::public(base, session.voice)?;
    let root = keys.root.as_ref().context(
        "what is served is compared with the files that it is made of: say with --root DIR|URL what its key is \
         counted from",
    )?;
    let media = Media::open(root, &keys.prefix, session)?;
    let built = millrace::library::build::build(&media, &key, &Limits::NONE, Way::Tables, rules);
    let built = session.wait(built)??;
    let built = built.with_context(|| format!("there is no {key} below the root {root}"))?;
    session.warn(&built.warnings);
    let (media, bundle) = (Rc::new(media), Rc::new(built.bundle));
    let here = Here { media, session, bundle };
    let index = &here.bundle.index;

    let format = ManifestFormat::Smooth(Some(Form::Compact));
    let path = ManifestRequest::whole(key.as_str().into(), format).to_string();
    let manifest = deployment.get(&path)?;
    let there =
        generation_in(&manifest).context("the deployment's manifest names no generation")?;
    let mut expected = here.answer(&path, true)?;
    // Where files were uploaded in parts, their entity tags differ, and with them the generation.
    if there != index.generation {
        let text = String::from_utf8(expected)?;
        let (ours, theirs) = (index.generation.to_string(), there.to_string());
        expected = text.replace(&ours, &theirs).into_bytes();
    }
    same("the manifest", &manifest, &expected)?;

    let all = fragments_of(index, &key);
    let count = all.len();
    let picked = pick(all, fragments);
    for fragment in &picked {
        let path = fragment.to_string();
        let generation = Some(there);
        let served = Request::Fragment(FragmentRequest { generation, ..fragment.clone() });
        let served = deployment.get(&served.to_string())?;
        let stored = here.answer(&path, true)?;
        // The deployment may hand out fragments without a time of their own as they are.
        if served != stored && served != here.answer(&path, false)? {
            same(&path, &served, &stored)?;
        }
    }
    let picked = picked.len();
    Ok(format!("the manifest and {picked} of {count} fragments are right"))
}

/// Every fragment of the presentation `key`, of whichever generation.
fn fragments_of<'a>(index: &'a Index, key: &'a str) -> Vec<FragmentRequest<'a>> {
    let levels = index
        .streams
        .iter()
        .flat_map(|stream| stream.tracks.iter().map(move |track| (stream, track.bitrate)));
    let fragments = levels.flat_map(|(stream, bitrate)| {
        stream.timeline.iter().map(move |chunk| FragmentRequest {
            presentation: key.into(),
            generation: None,
            bitrate,
            attributes: Vec::new(),
            noun: Noun::Fragments,
            stream: stream.name.as_str().into(),
            start: chunk.start,
            target: SegmentTarget::CHUNK,
        })
    });
    fragments.collect()
}

/// Up to `count` of `all`, at random, none twice.
fn pick(mut all: Vec<FragmentRequest<'_>>, count: usize) -> Vec<FragmentRequest<'_>> {
    let random = RandomState::new();
    all.sort_by_cached_key(|each| random.hash_one((each.bitrate, &each.stream, each.start)));
    all.truncate(count);
    all
}

/// The generation in the first `Url` of a client manifest.
fn generation_in(manifest: &[u8]) -> Option<Generation> {
    let text = String::from_utf8_lossy(manifest);
    let (_, url) = text.split_once("Url=\"")?;
    Generation::parse(url.split('/').next()?)
}

/// The first difference, if there is one.
fn same(what: &str, served: &[u8], expected: &[u8]) -> Result<()> {
    let differs = served.iter().zip(expected).position(|(one, other)| one != other);
    let (len, expected_len) = (served.len(), expected.len());
    match differs {
        Some(at) => {
            bail!("{what}: byte {at} differs; {len} bytes are served, {expected_len} expected")
        }
        None => {
            ensure!(len == expected_len, "{what}: {len} bytes are served, {expected_len} expected")
        }
    }
    Ok(())
}

/// The Worker's own code over the files here: it answers as the deployment has to.
struct Here<'a> {
    media: Rc<Media>,
    session: &'a Session,
    bundle: Rc<Bundle>,
}

impl Here<'_> {
    fn answer(&self, path: &str, time_untimed: bool) -> Result<Vec<u8>> {
        let asked = Asked { now_ms: now_ms(), ..Asked::new(&Method::GET, path) };
        let observer = LastFailure::default();
        let (limits, rules) = (Limits::NONE, Rules::default());
        let target = SegmentTarget::DEFAULT;
        let library = Library {
            objects: Rc::clone(&self.media),
            indexes: Rc::new(Only(Rc::clone(&self.bundle))),
            runtime: Rc::new(Alone),
            memo: Rc::new(Memo::new()),
            limits,
            rules,
        };
        let origin = Origin {
            library: &library,
            settings: &Settings {
                form: Form::Compact,
                target,
                time_untimed,
                limits,
                rules,
                files: Vec::new(),
                names_next: false,
            },
            observer: &observer,
        };
        let answer = self.session.wait(origin.answer(&asked))?;
        if let Some(failure) = observer.0.take() {
            bail!(failure);
        }
        ensure!(answer.status().is_success(), "{path} is {} here", answer.status());
        Ok(answer.into_body().into_iter().flat_map(bytes).collect())
    }
}

fn bytes(piece: Piece<ReadBytes>) -> Vec<u8> {
    match piece {
        Piece::Bytes(bytes) => bytes,
        Piece::Stored { body: ReadBytes { bytes, .. }, read } => read.cut(&bytes),
    }
}

/// The last thing that went wrong.
#[derive(Default)]
struct LastFailure(RefCell<Option<String>>);

impl Observer for LastFailure {
    fn now_ms(&self) -> u64 {
        now_ms()
    }

    fn failed(&self, failure: &Failure<'_>) {
        *self.0.borrow_mut() = Some(failure.error.to_string());
    }

    fn answered(&self, _: &AccessRecord<'_>) {}
}

/// One request at a time, to an index that is there and stays.
struct Alone;

impl Runtime for Alone {
    type Stay = ();

    fn now_ms(&self) -> u64 {
        now_ms()
    }

    async fn sleep(&self, _: u32) {}

    async fn turn(&self) {}

    fn stay(&self) {}

    fn behind(&self, _: impl Future<Output = ()> + 'static) {}

    fn report(&self, _: &str, _: LibraryError) {}

    fn warned(&self, _: &str, _: &Warning) {}
}
