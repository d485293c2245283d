//! From a presentation in storage to its index: the driver that joins stores and scanners.
//!
//! The Worker runs it when an index is missing, the command line ahead of time: the same code over
//! other doors, and so the same bytes.

use crate::assemble::{AssembleError, Cuts, Sourced, Warning, assemble, compose};
use crate::index::Source;
use crate::ism::{ServerManifest, ServerManifestError, beside};
use crate::ismc::{ClientManifest, ClientManifestError};
use crate::range::ByteRange;
use crate::scan::{self, MAX_TEXT_LENGTH, ScanError, Scanned, Scanner, Unfit, Way};
use crate::store::{Meta, ObjectStore, StoreError};
use crate::text::{Syntax, TextError};
use crate::turns::Turns;
use futures_util::future::try_join_all;
use std::cell::{Cell, RefCell};
use thiserror::Error;

pub use crate::assemble::Built;

/// What a build may cost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Calls of the object store.
    pub calls: u32,
    /// Bytes read from it.
    pub bytes: u64,
    /// Whether a fragmented file whose fragments cannot be handed on as they lie may be indexed by its
    /// samples: that takes a read for each `moof`.
    pub by_samples: bool,
}

impl Limits {
    /// Within one request to a Worker: well below the calls and the memory that it is granted.
    pub const REQUEST: Self = Self { calls: 800, bytes: 48 << 20, by_samples: false };

    /// On a machine of one's own.
    pub const NONE: Self = Self { calls: u32::MAX, bytes: u64::MAX, by_samples: true };
}

/// What a deployment decides about the presentations that it indexes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Rules {
    /// How plain files are cut into chunks.
    pub cuts: Cuts,
    /// Whether a media file that no server manifest names is a presentation too: `x.mp4` is
    /// `x.mp4.ism`, which then need not be there.
    pub lone: bool,
}

/// What the name of a media file ends in that can be a presentation by itself.
const LONE: [&str; 6] = [".mp4", ".m4v", ".m4a", ".mov", ".ismv", ".isma"];

/// What a scan wants is read in pieces of this at most, for it is held twice while it is handed on:
/// the `moov` of a long plain file would be too much.
const MAX_PIECE: u64 = 8 << 20;

/// A server manifest longer than this is not one.
const MAX_SERVER_MANIFEST_SIZE: u64 = 1 << 20;

/// A client manifest of ten hours of a dozen streams has about half of this.
const MAX_CLIENT_MANIFEST_SIZE: u64 = 8 << 20;

/// Why a presentation has no index. All but trouble with storage is the media's fault.
#[derive(Debug, Error)]
pub enum BuildError {
    /// Storage failed, or an object changed while it was read.
    #[error(transparent)]
    Store(StoreError),
    /// A file that the server manifest names is not there.
    #[error("{manifest} names {key}, which is not in storage")]
    Missing {
        /// The server manifest.
        manifest: String,
        /// The file.
        key: String,
    },
    /// It takes more than was granted.
    #[error("indexing {key} takes more than {limits:?}; index it with the command line")]
    TooCostly {
        /// What was being read.
        key: String,
        /// What was granted.
        limits: Limits,
    },
    /// Others take so much memory that it would not get what it needs soon.
    #[error("{0} waited too long for room beside others that are being indexed")]
    Crowded(String),
    /// A manifest or a text file is longer than any real one.
    #[error("{key} has {size} bytes, too many for what it is")]
    TooLong {
        /// The file.
        key: String,
        /// Its size in bytes.
        size: u64,
    },
    /// The server manifest cannot be read.
    #[error("{key}: {cause}")]
    Server {
        /// The server manifest.
        key: String,
        /// What is wrong with it.
        cause: ServerManifestError,
    },
    /// The client manifest cannot be read.
    #[error("{key}: {cause}")]
    Client {
        /// The client manifest.
        key: String,
        /// What is wrong with it.
        cause: ClientManifestError,
    },
    /// A media file cannot be read.
    #[error("{key}: {cause}")]
    Scan {
        /// The media file.
        key: String,
        /// What is wrong with it.
        cause: ScanError,
    },
    /// A media file has to be indexed by its samples, which takes more reads than are granted.
    #[error(
        "{key}: {cause}, so it has to be indexed by its samples, which takes a look at every 'moof': do \
         so with `millrace index` or `millrace publish`"
    )]
    BySamples {
        /// The media file.
        key: String,
        /// Why its fragments are of no use.
        cause: Unfit,
    },
    /// A text file cannot be read.
    #[error("{key}, {cause}")]
    Text {
        /// The file.
        key: String,
        /// What is wrong with it, and in which line.
        cause: TextError,
    },
    /// Manifests and media do not fit each other.
    #[error(transparent)]
    Assemble(#[from] AssembleError),
}

/// The index of `presentation`, the key of a server manifest in `objects`, whose media are scanned
/// in this `way`, with its pages. A text file that is not there is done without.
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

/// The same, by `turns` with others.
pub async fn build_among<O: ObjectStore>(
    objects: &O,
    presentation: &str,
    limits: &Limits,
    way: Way,
    rules: Rules,
    turns: &Turns<'_>,
) -> Result<Option<Built>, BuildError> {
    let reader = Reader {
        objects,
        limits,
        way,
        turns,
        calls: Cell::new(0),
        bytes: Cell::new(0),
        by_samples: RefCell::default(),
    };
    let Some(source) = reader.source(presentation).await? else {
        let named = presentation.strip_suffix(".ism").filter(|_| rules.lone);
        return match named.filter(|file| is_lone(file)) {
            Some(file) => lone(&reader, file, rules.cuts).await,
            None => Ok(None),
        };
    };
    let server = reader.server_manifest(source).await?;
    let client = match &server.content.client_manifest {
        Some(name) => reader.client_manifest(&beside(presentation, name)).await?,
        None => None,
    };
    let scans = server.content.media.iter().map(|name| reader.media(beside(presentation, name)));
    let (mut media, mut missing) = (Vec::new(), Vec::new());
    for (name, scanned) in server.content.media.iter().zip(try_join_all(scans).await?) {
        match scanned {
            Some(scanned) => media.push(scanned),
            None => missing.push(name.clone()),
        }
    }
    let (server, warnings) = without(server, &missing)?;
    let mut built = reader.assembled(&server, client.as_ref(), media, rules.cuts).await?;
    built.warnings.extend(warnings);
    Ok(Some(built))
}

/// Whether `file` is called like a media file that can be a presentation by itself.
pub fn is_lone(file: &str) -> bool {
    LONE.iter().any(|end| file.ends_with(end))
}

/// The server manifest without files that are not there, and a warning for each; they must be of text, and
/// not all that it names.
fn without(
    server: Sourced<ServerManifest>,
    missing: &[String],
) -> Result<(Sourced<ServerManifest>, Vec<Warning>), BuildError> {
    let Sourced { source, content } = server;
    let of_text = content.text_media();
    let content = content.without(missing);
    let warning = |name: &String| {
        let (manifest, key) = (source.key.clone(), beside(&source.key, name));
        match of_text.contains(name) && !content.tracks.is_empty() {
            true => Ok(Warning::MissingText { manifest, key }),
            false => Err(BuildError::Missing { manifest, key }),
        }
    };
    let warnings = missing.iter().map(warning).collect::<Result<_, _>>()?;
    Ok((Sourced { source, content }, warnings))
}

/// The index of a `file` by itself: it is its own server manifest, which names all its tracks that can be
/// served.
async fn lone<O: ObjectStore>(
    reader: &Reader<'_, O>,
    file: &str,
    cuts: Cuts,
) -> Result<Option<Built>, BuildError> {
    let Some(source) = reader.source(file).await? else { return Ok(None) };
    let media = reader.scan(source).await?;
    let (content, warnings) = compose(&[(file, &media.content)])?;
    let server = Sourced { source: media.source.clone(), content };
    let mut built = reader.assembled(&server, None, vec![media], cuts).await?;
    built.warnings.extend(warnings);
    Ok(Some(built))
}

/// An object store, and what may still be asked of it.
struct Reader<'a, O> {
    objects: &'a O,
    limits: &'a Limits,
    way: Way,
    turns: &'a Turns<'a>,
    calls: Cell<u32>,
    bytes: Cell<u64>,
    /// Which files are indexed by their samples, and why.
    by_samples: RefCell<Vec<Warning>>,
}

impl<O: ObjectStore> Reader<'_, O> {
    async fn source(&self, key: &str) -> Result<Option<Source>, BuildError> {
        self.spend(key, 0).await?;
        match self.objects.head(key).await {
            Ok(Meta { size, etag }) => Ok(Some(Source { key: key.to_owned(), size, etag })),
            Err(StoreError::NotFound(_)) => Ok(None),
            Err(error) => Err(BuildError::Store(error)),
        }
    }

    async fn server_manifest(&self, source: Source) -> Result<Sourced<ServerManifest>, BuildError> {
        let bytes = self.whole(&source, MAX_SERVER_MANIFEST_SIZE).await?;
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
        let Some(source) = self.source(key).await? else { return Ok(None) };
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
    async fn assembled(
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

    /// What there is in a file that a server manifest names, if it is there.
    async fn media(&self, key: String) -> Result<Option<Sourced<Scanned>>, BuildError> {
        let Some(source) = self.source(&key).await? else { return Ok(None) };
        let scanned = match Syntax::of(&key) {
            Some(syntax) => self.text(source, syntax).await?,
            None => self.scan(source).await?,
        };
        Ok(Some(scanned))
    }

    /// What a file holds: by its samples, where its fragments are of no use and that many reads are granted.
    async fn scan(&self, source: Source) -> Result<Sourced<Scanned>, BuildError> {
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
        let broken = |cause| BuildError::Scan { key: source.key.clone(), cause };
        let mut scanner = Scanner::new(source.size, way);
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
        self.spend(&source.key, range.length()).await?;
        self.objects.read(&source.key, range, &source.etag).await.map_err(BuildError::Store)
    }

    async fn spend(&self, key: &str, bytes: u64) -> Result<(), BuildError> {
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
