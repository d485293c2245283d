//! The reads of a build, counted against what it may cost.

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
use crate::scan::{self, MAX_TEXT_LENGTH, ScanError, Scanned, Scanner, Way};
use crate::store::{self, FolderList, Meta, StoreError};
use crate::text::Syntax;
use crate::url::FoldedKey;
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

/// Bytes that a part of a folder's list counts for, as it is kept: names and entity tags of a thousand objects.
const LIST_PART_LENGTH: u64 = 64 << 10;

/// Names of files by what they are in lower case.
type Names = BTreeMap<FoldedKey, Vec<String>>;

/// An object store, and what may still be asked of it.
pub(super) struct Reader<'a> {
    objects: &'a dyn Objects,
    limits: &'a Limits,
    way: Way,
    /// Whether a file that is not there is looked for under names that differ in case alone.
    folds: bool,
    turns: &'a Turns<'a>,
    calls: Cell<u32>,
    bytes: Cell<u64>,
    /// Which files are indexed by their samples, and why.
    by_samples: RefCell<Vec<Warning>>,
    /// The names of files in folders that were listed, those together that differ in case alone.
    listed: RefCell<BTreeMap<String, Rc<Names>>>,
    /// The first error of files that are read side by side. The others are not read further then.
    failure: RefCell<Option<BuildError>>,
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
            failure: RefCell::default(),
        }
    }

    pub(super) async fn source(&self, key: &str) -> Result<Option<Source>, BuildError> {
        self.spend(key, 0).await?;
        match self.objects.head(key).await {
            Ok(Meta { size, etag }) => Ok(Some(Source::object(key, size, etag))),
            Err(StoreError::NotFound(_)) => Ok(None),
            Err(error) => Err(BuildError::Store(error)),
        }
    }

    /// The file that a manifest names as `key`, if it is there: if case decides nothing here, under whichever name differs from it
    /// in case alone.
    async fn named(&self, key: &str) -> Result<Option<Source>, BuildError> {
        match self.source(key).await? {
            None if self.folds => self.respelled(key).await,
            source => Ok(source),
        }
    }

    async fn respelled(&self, key: &str) -> Result<Option<Source>, BuildError> {
        let (folder, name) =
            key.split_at(key.rfind('/').map_or(0, |slash| slash.saturating_add(1)));
        let names = self.names(folder).await?;
        match names.get(&FoldedKey::of(name)).map_or(&[][..], Vec::as_slice) {
            [] => Ok(None),
            [name] => self.source(&format!("{folder}{name}")).await,
            [one, other, ..] => Err(BuildError::Twins {
                key: key.to_owned(),
                one: one.clone(),
                other: other.clone(),
            }),
        }
    }

    /// The names of the files right below `folder`; none if the store does not list them.
    async fn names(&self, folder: &str) -> Result<Rc<Names>, BuildError> {
        if let Some(names) = self.listed.borrow().get(folder) {
            return Ok(Rc::clone(names));
        }
        let mut names = Names::new();
        match self.list(folder).await {
            Err(BuildError::Folder(StoreError::Unlisted(_))) => {}
            Err(error) => return Err(error),
            Ok(list) => {
                for name in list.names() {
                    names.entry(FoldedKey::of(name)).or_default().push(name.to_owned());
                }
            }
        }
        let names = Rc::new(names);
        self.listed.borrow_mut().insert(folder.to_owned(), Rc::clone(&names));
        Ok(names)
    }

    /// The list of `folder`, to its end.
    async fn list<'k>(&self, folder: &'k str) -> Result<FolderList<'k>, BuildError> {
        let mut list = FolderList::new(folder);
        while list.is_open() {
            self.spend(folder, LIST_PART_LENGTH).await?;
            let part = self.objects.list_folder(folder, list.cursor()).await;
            part.and_then(|part| list.take(part)).map_err(unlisted)?;
        }
        Ok(list)
    }

    /// The folder `key`, if there is one with a header.
    async fn folder(&self, key: &str) -> Result<Option<Source>, BuildError> {
        match self.list(key).await?.finish() {
            Ok(folder) => Ok(Some(Source::folder(key, folder))),
            Err(StoreError::NotFound(_)) => Ok(None),
            Err(error) => Err(unlisted(error)),
        }
    }

    pub(super) async fn server_manifest(
        &self,
        source: Source,
    ) -> Result<Sourced<ServerManifest>, BuildError> {
        let bytes = self.whole(&source, MAX_SERVER_MANIFEST_SIZE).await?;
        match ServerManifest::parse(&bytes) {
            Ok(content) => Ok(Sourced { source, content }),
            Err(cause) => Err(BuildError::Server { key: source.key, cause }),
        }
    }

    /// A client manifest often did not survive a move, and all it says can be had from the media:
    /// one that is not there is not missed.
    pub(super) async fn client_manifest(
        &self,
        key: &str,
    ) -> Result<Option<Sourced<ClientManifest>>, BuildError> {
        let Some(source) = self.named(key).await? else { return Ok(None) };
        let bytes = self.whole(&source, MAX_CLIENT_MANIFEST_SIZE).await?;
        match ClientManifest::parse(&bytes) {
            Ok(content) => Ok(Some(Sourced { source, content })),
            Err(cause) => Err(BuildError::Client { key: source.key, cause }),
        }
    }

    async fn whole(&self, source: &Source, limit: u64) -> Result<Vec<u8>, BuildError> {
        match ByteRange::new(0, source.size).filter(|range| range.length() <= limit) {
            Some(range) => self.read(source, range).await,
            None => Err(BuildError::TooLong { key: source.key.clone(), size: source.size }),
        }
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
            *file = match self.scan_by(Way::Samples, file.source.clone()).await {
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

    /// What there is in each of the files that the server manifest `presentation` names, read side by side;
    /// `None` for a file that is not there.
    ///
    /// Where one fails, the reads of the others that are under way are waited for, and no more are begun: a read
    /// that is dropped while its promise is pending is never freed by the Worker's runtime.
    pub(super) async fn all_media(
        &self,
        presentation: &str,
        names: &[String],
    ) -> Result<Vec<Option<Sourced<Scanned>>>, BuildError> {
        let scans = names.iter().map(async |name| {
            let scanned = self.media(beside(presentation, name)).await;
            scanned.unwrap_or_else(|error| {
                self.failure.borrow_mut().get_or_insert(error);
                None
            })
        });
        let scanned = all(scans).await;
        match self.failure.take() {
            Some(error) => Err(error),
            None => Ok(scanned),
        }
    }

    /// What there is in a file that a server manifest names, if it is there.
    async fn media(&self, key: String) -> Result<Option<Sourced<Scanned>>, BuildError> {
        let source = match key.ends_with('/') {
            true => self.folder(&key).await?,
            false => self.named(&key).await?,
        };
        let Some(source) = source else { return Ok(None) };
        let scanned = match Syntax::of(&key) {
            Some(syntax) => self.text(source, syntax).await?,
            None => self.scan(source).await?,
        };
        Ok(Some(scanned))
    }

    /// What a file holds: by its samples, where its fragments are of no use and that many reads are granted.
    pub(super) async fn scan(&self, source: Source) -> Result<Sourced<Scanned>, BuildError> {
        match self.scan_by(self.way, source.clone()).await {
            Err(BuildError::Scan { cause: ScanError::Unfit(cause), key }) => {
                match self.limits.by_samples {
                    true => {
                        self.warn(&key, &cause);
                        self.scan_by(Way::Samples, source).await
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

    async fn scan_by(&self, way: Way, source: Source) -> Result<Sourced<Scanned>, BuildError> {
        let broken = |cause| match source.folder.is_some() && is_no_header(&cause) {
            true => BuildError::Header { folder: source.key.clone(), cause },
            false => BuildError::Scan { key: source.key.clone(), cause },
        };
        let mut scanner = Scanner::of(&source, way);
        while let Some(range) = scanner.wants() {
            let end = range.end().min(range.start().saturating_add(MAX_PIECE));
            let piece = ByteRange::new(range.start(), end).unwrap_or(range);
            let bytes = self.read(&source, piece).await?;
            scanner.feed_among(range.start(), &bytes, self.turns).await.map_err(broken)?;
        }
        let content = scanner.finish().map_err(broken)?;
        Ok(Sourced { source, content })
    }

    async fn text(&self, source: Source, syntax: Syntax) -> Result<Sourced<Scanned>, BuildError> {
        let file = self.whole(&source, MAX_TEXT_LENGTH).await?;
        match scan::text(syntax, &file) {
            Ok(content) => Ok(Sourced { source, content }),
            Err(cause) => Err(BuildError::Text { key: source.key, cause }),
        }
    }

    async fn read(&self, source: &Source, range: ByteRange) -> Result<Vec<u8>, BuildError> {
        let pieces = source.pieces(range);
        for piece in &pieces {
            self.spend(&source.key, piece.range.length()).await?;
        }
        store::read(self.objects, source, range).await.map_err(BuildError::Store)
    }

    async fn spend(&self, key: &str, bytes: u64) -> Result<(), BuildError> {
        if self.failure.borrow().is_some() {
            return Err(BuildError::Abandoned(key.to_owned()));
        }
        let calls = self.calls.get().saturating_add(1);
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

/// Why a folder cannot be listed: for what it is, or because storage failed.
fn unlisted(error: StoreError) -> BuildError {
    match error {
        StoreError::Unlisted(_) | StoreError::TooMany(_) => BuildError::Folder(error),
        error => BuildError::Store(error),
    }
}

/// Whether a folder cannot be scanned for what its header is: no MP4 file's beginning.
fn is_no_header(cause: &ScanError) -> bool {
    match cause {
        ScanError::NoMovie => true,
        ScanError::Box(BoxError { offset, .. }) => *offset == 0,
        _ => false,
    }
}
