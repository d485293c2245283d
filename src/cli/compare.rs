//! Whether a deployment serves what the files here hold: manifest and fragments, byte for byte.

use super::clock::now_ms;
use super::deployment::{self, Deployment};
use super::folder::ReadBytes;
use super::keys::KeyArguments;
use super::media::Media;
use super::session::Session;
use anyhow::{Context, Result, bail, ensure};
use http::Method;
use millrace::assemble::{Cuts, Warning};
use millrace::build::{Limits, Rules};
use millrace::index::{Bundle, Generation, Index, PagePlace};
use millrace::manifest::smooth::Form;
use millrace::memo::Memo;
use millrace::origin::{Account, Asked, Failure, Observer, Origin, Piece, Settings};
use millrace::request;
use millrace::scan::Way;
use millrace::store::{Entry, IndexStore, Listing, StoreError};
use std::cell::RefCell;
use std::hash::{BuildHasher, RandomState};

/// Compares the presentation at `url` with the files below the root: the manifest, and so many
/// fragments taken at random.
pub(super) fn run(
    url: &str,
    keys: &KeyArguments,
    (fragments, cuts): (usize, Cuts),
    session: &Session,
) -> Result<()> {
    let (base, key) = deployment::split(url)?;
    let deployment = Deployment::public(base)?;
    let root = keys.root.as_ref().context("an address is compared with files: --root DIR|URL")?;
    let media = Media::open(root, &keys.prefix, session)?;
    let rules = Rules { cuts, ..Rules::default() };
    let built = millrace::build::build(&media, &key, &Limits::NONE, Way::Tables, rules);
    let built = session.wait(built)??;
    let built = built.with_context(|| format!("there is no {key} below the root {root}"))?;
    session.warn(&built.warnings);
    let bundle = built.bundle;
    let here = Here { media, session, bundle, key: request::encode(&key) };
    let index = &here.bundle.index;

    let manifest = deployment.get(&here.path("Manifest(format=fmp4)"))?;
    let there =
        generation_in(&manifest).context("the deployment's manifest names no generation")?;
    let mut expected = here.answer("Manifest(format=fmp4)", true)?;
    // Where files were uploaded in parts, their entity tags differ, and with them the generation.
    if there != index.generation.to_string() {
        let text = String::from_utf8(expected)?;
        expected = text.replace(&index.generation.to_string(), &there).into_bytes();
    }
    same("the manifest", &manifest, &expected)?;

    let all = fragments_of(index);
    let picked = pick(&all, fragments);
    for fragment in &picked {
        let served = deployment.get(&here.path(&format!("{there}/{fragment}")))?;
        let stored = here.answer(fragment, true)?;
        // The deployment may hand out fragments without a time of their own as they are.
        if served != stored && served != here.answer(fragment, false)? {
            same(&format!("{key}/{fragment}"), &served, &stored)?;
        }
    }
    println!("{url}: the manifest and {} of {} fragments are right", picked.len(), all.len());
    Ok(())
}

/// The name of every fragment, as URLs have it.
fn fragments_of(index: &Index) -> Vec<String> {
    let mut all = Vec::new();
    for stream in &index.streams {
        let name = request::encode(&stream.name);
        for track in &stream.tracks {
            all.extend(stream.timeline.iter().map(|chunk| {
                format!("QualityLevels({})/Fragments({name}={})", track.bitrate, chunk.start)
            }));
        }
    }
    all
}

/// So many of `all`, at random, none twice.
fn pick(all: &[String], count: usize) -> Vec<String> {
    let random = RandomState::new();
    let mut picked = all.to_vec();
    picked.sort_by_cached_key(|name| random.hash_one(name));
    picked.truncate(count);
    picked
}

/// The generation in the first `Url` of a client manifest.
fn generation_in(manifest: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(manifest);
    let (_, url) = text.split_once("Url=\"")?;
    Generation::parse(url.split('/').next()?).map(|generation| generation.to_string())
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
    media: Media,
    session: &'a Session,
    bundle: Bundle,
    /// Percent-encoded.
    key: String,
}

impl Here<'_> {
    fn path(&self, name: &str) -> String {
        format!("/{}/{name}", self.key)
    }

    fn answer(&self, name: &str, time_untimed: bool) -> Result<Vec<u8>> {
        let path = self.path(name);
        let now_ms = now_ms();
        let asked = Asked {
            method: &Method::GET,
            path: &path,
            if_match: None,
            if_none_match: None,
            if_range: None,
            range: None,
            now_ms,
        };
        let observer = Trouble::default();
        let origin = Origin {
            objects: &self.media,
            indexes: &Only(&self.bundle),
            memo: &RefCell::new(Memo::new()),
            settings: &Settings {
                form: Form::Compact,
                time_untimed,
                limits: Limits::NONE,
                rules: Rules::default(),
            },
            observer: &observer,
        };
        let answer = self.session.wait(origin.answer(&asked))?;
        if let Some(trouble) = observer.0.take() {
            bail!(trouble);
        }
        ensure!(answer.status().is_success(), "{path} is {} here", answer.status());
        Ok(answer.into_body().into_iter().flat_map(bytes).collect())
    }
}

fn bytes(piece: Piece<ReadBytes>) -> Vec<u8> {
    match piece {
        Piece::Bytes(bytes) => bytes,
        Piece::Stored { body: ReadBytes(bytes), read } => read.cut(&bytes),
    }
}

/// The last thing that went wrong.
#[derive(Default)]
struct Trouble(RefCell<Option<String>>);

impl Observer for Trouble {
    fn now_ms(&self) -> u64 {
        now_ms()
    }

    fn failed(&self, failure: &Failure<'_>) {
        *self.0.borrow_mut() = Some(failure.error.to_string());
    }

    fn warned(&self, _: &str, _: &Warning) {}

    fn answered(&self, _: &Account<'_>) {}
}

/// The one index there is, with its pages; it stays as it is.
struct Only<'a>(&'a Bundle);

impl IndexStore for Only<'_> {
    async fn get(&self, _: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(Some(self.0.index.encode()))
    }

    async fn page(
        &self,
        _: &str,
        _: Generation,
        place: PagePlace,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let page = self.0.pages.iter().find(|page| page.place == place);
        Ok(page.map(|page| page.value.to_vec()))
    }

    async fn put(&self, _: &str, _: Entry<'_>) -> Result<(), StoreError> {
        Ok(())
    }

    async fn delete(&self, _: &str) -> Result<(), StoreError> {
        Ok(())
    }

    async fn list(&self, _: Option<&str>, _: u32) -> Result<Listing, StoreError> {
        Ok(Listing { entries: Vec::new(), cursor: None })
    }
}
