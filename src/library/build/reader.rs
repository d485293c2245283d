//! The reads of a build, counted against what it may cost.

use super::lost::Lost;
use super::objects::Objects;
use super::{BuildError, Limits};
use crate::assemble::{Built, Cuts, Sourced, Warning, assemble};
use crate::base::range::ByteRange;
use crate::base::settled::all;
use crate::base::turns::Turns;
use crate::index::Source;
use crate::ism::{ServerManifest, beside};
use crate::ismc::ClientManifest;
use crate::isobmff::BoxError;
use crate::scan::{self, MAX_TEXT_FILE_LENGTH, ScanError, Scanned, Scanner, Way};
use crate::store::{self, Meta, Start, StoreError};
use crate::text::Syntax;
use crate::url::FoldedKey;
use futures_util::future::join;
use futures_util::lock::Mutex;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// What a scan wants is read in pieces of this at most, for it is held twice while it is handed on:
/// the `moov` of a long progressive MP4 would be too much.
const MAX_PIECE: u64 = 8 << 20;

/// A server manifest longer than this is not one.
pub const MAX_SERVER_MANIFEST_SIZE: u64 = 1 << 20;

/// A client manifest of ten hours of a dozen streams has about half of this.
const MAX_CLIENT_MANIFEST_SIZE: u64 = 8 << 20;

/// So many bytes of a file that is read whole are asked for with its size: captions seldom have more, and what is left of a
/// client manifest is read while the tables of media are.
const WHOLE_LENGTH: u64 = 64 << 10;

/// Names of files by what they are in lower case.
pub(super) type Names = BTreeMap<FoldedKey, Vec<String>>;

/// A source, and the bytes that were read of its beginning.
#[derive(Clone)]
pub(super) struct Begun {
    source: Source,
    start: Vec<u8>,
}

/// What a server manifest names.
pub(super) struct Named {
    /// The client manifest, if there is one.
    pub(super) client: Option<Sourced<ClientManifest>>,
    /// What there is in each media file, in order, or why there is nothing of it.
    pub(super) media: Vec<Result<Sourced<Scanned>, Lost>>,
}

/// An object store, and what may still be asked of it.
pub(super) struct Reader<'a> {
    pub(super) objects: &'a dyn Objects,
    limits: &'a Limits,
    way: Way,
    /// Whether a file that is not there is looked for under names that differ in case alone.
    pub(super) folds: bool,
    turns: &'a Turns<'a>,
    calls: Cell<u32>,
    bytes: Cell<u64>,
    /// Which files are indexed by their samples, and why.
    by_samples: RefCell<Vec<Warning>>,
    /// The names of files in folders that were listed, those together that differ in case alone.
    pub(super) listed: RefCell<BTreeMap<String, Rc<Names>>>,
    /// Held by who lists a folder for them.
    pub(super) listing: Mutex<()>,
    /// The first error of files that are read side by side. The others are not read further then.
    failure: RefCell<Option<BuildError>>,
}

/// None of which anything was read.
impl From<Source> for Begun {
    fn from(source: Source) -> Self {
        Self { source, start: Vec::new() }
    }
}

impl<'a> Reader<'a> {
    /// One that has asked for nothing yet.
    pub(super) fn new(
        objects: &'a dyn Objects,
        limits: &'a Limits,
        (way, folds): (Way, bool),
        turns: &'a Turns<'a>,
    ) -> Self {
        Self {
            objects,
            limits,
            way,
            folds,
            turns,
            calls: Cell::new(0),
            bytes: Cell::new(0),
            by_samples: RefCell::default(),
            listed: RefCell::default(),
            listing: Mutex::default(),
            failure: RefCell::default(),
        }
    }

    /// The object `key`, if it is there, with its first bytes, `most` of them or all that it has. To look whether there is one
    /// takes no room.
    pub(super) async fn look(&self, key: &str, most: u64) -> Result<Option<Begun>, BuildError> {
        self.spend(key, 1, 0).await?;
        let begun = self.begun(key, most).await?;
        if let Some(Begun { start, .. }) = &begun {
            self.spend(key, 0, length(start)).await?;
        }
        Ok(begun)
    }

    /// The same of one of many that are looked for side by side: room for all that may come is taken before, and what was
    /// not needed is given back.
    pub(super) async fn look_beside(
        &self,
        key: &str,
        most: u64,
    ) -> Result<Option<Begun>, BuildError> {
        self.spend(key, 1, most).await?;
        let begun = self.begun(key, most).await?;
        let taken = begun.as_ref().map_or(0, |begun| length(&begun.start));
        self.bytes.set(self.bytes.get().saturating_sub(most.saturating_sub(taken)));
        Ok(begun)
    }

    async fn begun(&self, key: &str, most: u64) -> Result<Option<Begun>, BuildError> {
        match self.objects.start(key, most).await {
            Ok(Start { meta: Meta { size, etag }, bytes: start }) => {
                Ok(Some(Begun { source: Source::object(key, size, etag), start }))
            }
            Err(StoreError::NotFound(_)) => Ok(None),
            Err(error) => Err(BuildError::Store(error)),
        }
    }

    pub(super) async fn server_manifest(
        &self,
        begun: Begun,
    ) -> Result<Sourced<ServerManifest>, BuildError> {
        let (source, bytes) = self.whole(begun, MAX_SERVER_MANIFEST_SIZE).await?;
        match ServerManifest::parse(&bytes) {
            Ok(content) => Ok(Sourced { source, content }),
            Err(cause) => Err(BuildError::Server { key: source.key, cause }),
        }
    }

    /// A client manifest often did not survive a move, and all it says can be had from the media:
    /// one that is not there is not missed.
    async fn client_manifest(
        &self,
        key: &str,
    ) -> Result<Option<Sourced<ClientManifest>>, BuildError> {
        let Some(begun) = self.named(key, WHOLE_LENGTH).await? else { return Ok(None) };
        let (source, bytes) = self.whole(begun, MAX_CLIENT_MANIFEST_SIZE).await?;
        match ClientManifest::parse(&bytes) {
            Ok(content) => Ok(Some(Sourced { source, content })),
            Err(cause) => Err(BuildError::Client { key: source.key, cause }),
        }
    }

    /// A source with all of its bytes, `limit` at most.
    async fn whole(&self, begun: Begun, limit: u64) -> Result<(Source, Vec<u8>), BuildError> {
        let Begun { source, start: mut bytes } = begun;
        let rest = ByteRange::new(length(&bytes), source.size);
        match rest.filter(|_| source.size <= limit) {
            Some(rest) if rest.is_empty() => {}
            Some(rest) => bytes.append(&mut self.read(&source, rest).await?),
            None => return Err(BuildError::TooLong { key: source.key, size: source.size, limit }),
        }
        Ok((source, bytes))
    }

    /// The index of what was scanned. Where the quality levels of a stream do not line up as they are
    /// fragmented, or are not all, files are scanned again by their samples, one after the other.
    pub(super) async fn assembled(
        &self,
        server: &Sourced<ServerManifest>,
        client: Option<&Sourced<ClientManifest>>,
        mut media: Vec<Sourced<Scanned>>,
        cuts: Cuts,
    ) -> Result<Built, BuildError> {
        let mut left = media.len();
        loop {
            let error = match assemble(server, client, &media, cuts, self.turns).await {
                Ok(mut built) => {
                    built.warnings.extend(self.by_samples.take());
                    return Ok(built);
                }
                Err(error) => error,
            };
            let unfit = error.by_samples().filter(|_| self.limits.by_samples && left > 0);
            let unfit = media.iter_mut().find(|file| Some(file.source.key.as_str()) == unfit);
            let Some(file) = unfit else { return Err(error.into()) };
            *file = match self.scan_by(Way::Samples, file.source.clone().into()).await {
                Err(BuildError::Scan { cause: ScanError::Protected(_), .. }) => {
                    return Err(error.into());
                }
                scanned => scanned?,
            };
            let why = "the quality levels of its stream do not line up as they are fragmented";
            self.warn(&file.source.key, &why);
            left -= 1;
        }
    }

    /// What there is in the `client` manifest and in each of the `media` files that the server manifest `presentation` names,
    /// read side by side. Those that are `texts` are named for text alone.
    ///
    /// Where one fails, the reads of the others that are under way are waited for, and no more are begun: a read
    /// that is dropped while its promise is pending is never freed by the Worker's runtime.
    pub(super) async fn all_named(
        &self,
        presentation: &str,
        client: Option<&str>,
        media: &[String],
        texts: &[String],
    ) -> Result<Named, BuildError> {
        let client = async {
            let key = beside(presentation, client?);
            self.unless_failed(self.client_manifest(&key).await).flatten()
        };
        let scans = media.iter().map(async |name| {
            let scanned = self.media(beside(presentation, name), texts.contains(name)).await;
            self.unless_failed(scanned)
        });
        let (client, media) = join(client, all(scans)).await;
        match self.failure.take() {
            Some(error) => Err(error),
            None => Ok(Named { client, media: media.into_iter().flatten().collect() }),
        }
    }

    /// What was found; takes note of an error.
    fn unless_failed<T>(&self, found: Result<T, BuildError>) -> Option<T> {
        found.map_err(|error| _ = self.failure.borrow_mut().get_or_insert(error)).ok()
    }

    /// What there is in a file that a server manifest names, or why there is nothing of it.
    async fn media(
        &self,
        key: String,
        is_text: bool,
    ) -> Result<Result<Sourced<Scanned>, Lost>, BuildError> {
        let syntax = Syntax::of(&key);
        let most = if syntax.is_some() { WHOLE_LENGTH } else { Scanner::START };
        let begun = match key.ends_with('/') {
            true => self.folder(&key).await?,
            false => self.named(&key, most).await?,
        };
        let Some(begun) = begun else { return Ok(Err(Lost::Missing)) };
        match syntax {
            Some(syntax) => self.text(begun, syntax).await,
            None => {
                let key = begun.source.key.clone();
                match self.scan(begun).await {
                    Err(cause @ (BuildError::Scan { .. } | BuildError::Header { .. }))
                        if is_text =>
                    {
                        Ok(Err(Lost::Broken { key, cause }))
                    }
                    scanned => scanned.map(Ok),
                }
            }
        }
    }

    /// What a file holds: by its samples, where its fragments are of no use and that many reads are granted.
    pub(super) async fn scan(&self, begun: Begun) -> Result<Sourced<Scanned>, BuildError> {
        match self.scan_by(self.way, begun.clone()).await {
            Err(BuildError::Scan { cause: ScanError::Unfit(cause), key }) => {
                match self.limits.by_samples {
                    true => {
                        self.warn(&key, &cause);
                        self.scan_by(Way::Samples, begun).await
                    }
                    false => Err(BuildError::BySamples { key, cause }),
                }
            }
            scanned => scanned,
        }
    }

    /// Takes note that a file is indexed by its samples.
    fn warn(&self, file: &str, why: &impl ToString) {
        let warning = Warning::BySamples { file: file.to_owned(), why: why.to_string() };
        self.by_samples.borrow_mut().push(warning);
    }

    async fn scan_by(&self, way: Way, begun: Begun) -> Result<Sourced<Scanned>, BuildError> {
        let Begun { source, start } = begun;
        let broken = |cause| match source.folder.is_some() && is_no_header(&cause) {
            true => BuildError::Header { folder: source.key.clone(), cause },
            false => BuildError::Scan { key: source.key.clone(), cause },
        };
        let mut scanner = Scanner::of(&source, way);
        if !start.is_empty() {
            scanner.feed_among(0, &start, self.turns).await.map_err(broken)?;
        }
        while let Some(range) = scanner.wants() {
            let end = range.end().min(range.start().saturating_add(MAX_PIECE));
            let piece = ByteRange::new(range.start(), end).unwrap_or(range);
            let bytes = self.read(&source, piece).await?;
            scanner.feed_among(range.start(), &bytes, self.turns).await.map_err(broken)?;
        }
        let content = scanner.finish().map_err(broken)?;
        Ok(Sourced { source, content })
    }

    async fn text(
        &self,
        begun: Begun,
        syntax: Syntax,
    ) -> Result<Result<Sourced<Scanned>, Lost>, BuildError> {
        let key = begun.source.key.clone();
        let cause = match self.whole(begun, MAX_TEXT_FILE_LENGTH).await {
            Ok((source, file)) => match scan::text(syntax, &file) {
                Ok(content) => return Ok(Ok(Sourced { source, content })),
                Err(cause) => BuildError::Text { key: key.clone(), cause },
            },
            Err(error @ BuildError::TooLong { .. }) => error,
            Err(error) => return Err(error),
        };
        Ok(Err(Lost::Broken { key, cause }))
    }

    async fn read(&self, source: &Source, range: ByteRange) -> Result<Vec<u8>, BuildError> {
        let pieces = source.pieces(range);
        for piece in &pieces {
            self.spend(&source.key, 1, piece.range.length()).await?;
        }
        store::read(self.objects, source, range).await.map_err(BuildError::Store)
    }

    /// Counts so many calls and bytes, and waits until there is room for what that is in all.
    pub(super) async fn spend(&self, key: &str, calls: u32, bytes: u64) -> Result<(), BuildError> {
        if self.failure.borrow().is_some() {
            return Err(BuildError::Abandoned(key.to_owned()));
        }
        let calls = self.calls.get().saturating_add(calls);
        let bytes = self.bytes.get().saturating_add(bytes);
        if calls > self.limits.calls || bytes > self.limits.bytes {
            return Err(BuildError::TooCostly { key: key.to_owned(), limits: *self.limits });
        }
        self.calls.set(calls);
        self.bytes.set(bytes);
        match self.turns.room(bytes).await {
            true => Ok(()),
            false => Err(BuildError::Crowded(key.to_owned())),
        }
    }
}

/// Whether a folder cannot be scanned for what its header is: no MP4 file's beginning.
fn is_no_header(cause: &ScanError) -> bool {
    match cause {
        ScanError::NoMovie | ScanError::Foreign(_) => true,
        ScanError::Box(BoxError { offset, .. }) => *offset == 0,
        _ => false,
    }
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}
