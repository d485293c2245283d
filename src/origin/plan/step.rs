//! The plan of an answer, and what it may need before it can be made.

use crate::base::range::ByteRange;
use crate::fragment::{Head, Read};
use crate::index::{Carriage, Digest, Generation, Piece, SampledFragment, Source};
use crate::library::Known;
use crate::selection::{FilterName, Selection};
use crate::store::Meta;
use http::Response;

/// An answer as it is to be sent: status, headers, and what its body is made of, one after the other.
pub type Plan = Response<Vec<Planned>>;

/// A run of bytes of a planned body.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Planned {
    /// Bytes made for this answer.
    Bytes(Vec<u8>),
    /// Stored bytes that are still to be read.
    Stored(StoredRead),
    /// Stored bytes out of the transfer that gave the front of a fragment, which goes on.
    Rest {
        /// The place of that front among [`Facts::heads`].
        head: usize,
        /// What is kept of what is left of the transfer.
        read: StoredRead,
    },
}

impl Planned {
    /// How many bytes of the body it is.
    pub fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            Self::Stored(stored) | Self::Rest { read: stored, .. } => stored.read.length(),
        }
    }
}

/// A read of one version of a stored object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredRead {
    /// The object's key.
    pub key: String,
    /// The version's entity tag, unquoted: bytes of another are refused.
    pub etag: String,
    /// What is read, and which bytes of it are kept.
    pub read: Read,
}

impl StoredRead {
    /// The reads of objects that `read` of `source` is, in order: one, unless that is a folder.
    pub fn of(source: &Source, read: &Read) -> Vec<Self> {
        if source.folder.is_none() {
            let (key, etag) = (source.key.clone(), source.etag.clone());
            return vec![Self { key, etag, read: read.clone() }];
        }
        let mut at = read.range().start();
        let pieces = source.pieces(read.range()).into_iter().filter_map(|piece| {
            let part = ByteRange::with_length(at, piece.range.length())?;
            at = part.end();
            let Piece { key, etag, range } = piece;
            Some(Self { key, etag, read: read.part(part, range.start())? })
        });
        pieces.collect()
    }

    /// The reads of objects that give all of `range` of `source`.
    pub fn whole(source: &Source, range: ByteRange) -> Vec<Self> {
        Self::of(source, &Read::whole(range))
    }
}

/// A read that gives whole stored fragments, one behind the other.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredTransfer {
    /// From the start of the first to the end of the last.
    pub read: StoredRead,
    /// Where in the source each of them lies.
    pub fragments: Vec<ByteRange>,
    /// Whether other boxes may come before a `moof`.
    pub may_lead: bool,
    /// Whether they hold samples of other tracks too.
    pub is_shared: bool,
}

impl StoredTransfer {
    /// One of `fragments` of `source`, which lie in one object and come to clients like this; `None` of none.
    pub(super) fn new(
        source: &Source,
        carriage: Carriage,
        fragments: Vec<ByteRange>,
    ) -> Option<Self> {
        let range = fragments.first()?.through(*fragments.last()?);
        let (may_lead, is_shared) = (source.folder.is_some(), carriage.is_shared());
        let read = StoredRead::whole(source, range).pop()?;
        Some(Self { read, fragments, may_lead, is_shared })
    }
}

/// The facts known for an answer so far: none to begin with.
#[derive(Clone, Default, Debug)]
pub struct Facts {
    /// The presentation's index.
    pub index: Option<Known>,
    /// The version of the file that is asked for.
    pub file: Option<Meta>,
    /// What the stored filters ask to be shown that the URL names.
    pub filters: Option<Vec<Selection>>,
    /// The fragments that it is made of, as pages of sample tables have them: as many as were asked for so far.
    pub sampled: Vec<SampledFragment>,
    /// The boxes at the front of each stored fragment that it is made of.
    pub heads: Vec<Head>,
    /// The kept bytes of all reads that were wanted to be looked into, one behind the other.
    pub bytes: Option<Vec<u8>>,
}

/// The next step towards an answer.
#[derive(Clone, Debug)]
pub enum Step {
    /// All is decided.
    Answer(Plan),
    /// The presentation's index is wanted; of this generation, if the URL names one.
    NeedsIndex(Option<Generation>),
    /// The version of the file under this key is wanted.
    NeedsFile(String),
    /// The stored filters of these names are wanted.
    NeedsFilters(Vec<FilterName>),
    /// The fragment at place `at` of a page of sample tables is wanted.
    NeedsPage {
        /// The index that names the page.
        known: Known,
        /// What the page's bytes must have.
        page: Digest,
        /// The place in the page, from 0.
        at: usize,
    },
    /// The boxes at the front of all fragments of these transfers are wanted. What else the transfers give may go
    /// on into the answer.
    NeedsHeads(Vec<StoredTransfer>),
    /// These bytes are wanted, to be looked into.
    NeedsBytes(Vec<StoredRead>),
}

impl Step {
    /// The boxes at the front of the one stored fragment at `range` of `source` are wanted, which comes to clients like this.
    pub(super) fn needs_head(source: &Source, carriage: Carriage, range: ByteRange) -> Self {
        Self::NeedsHeads(StoredTransfer::new(source, carriage, vec![range]).into_iter().collect())
    }
}
