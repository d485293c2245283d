//! An answer in the JSON that `entry.js` carries out.

use super::bucket_object::BucketObject;
use super::record::record;
use super::row::Row;
use crate::base::range::{ByteRange, MAX_JS_OFFSET};
use crate::fragment::Read;
use crate::index::Generation;
use crate::origin::{Plan, Planned, StoredRead, StoredTransfer};
use crate::remote::Stores;
use crate::scan::MAX_MOOF_LENGTH;
use http::{HeaderMap, Response};
use serde::Serialize;
use std::ops::Not;

/// Stored fragments of which is wanted what they begin with.
#[derive(Serialize)]
pub(super) struct Fronts<'a> {
    /// The generation of the index that says where they lie.
    generation: String,
    transfers: Vec<Transfer<'a>>,
    /// How many bytes may come before the samples of one.
    longest: u64,
}

/// A read that gives whole stored fragments.
#[derive(Serialize)]
struct Transfer<'a> {
    read: BucketRead<'a>,
    /// Where in the object each of them starts and ends.
    fragments: Vec<[u64; 2]>,
}

impl<'a> Fronts<'a> {
    /// The fronts of these `transfers`; `None` if one reads another store than R2.
    pub(super) fn new(
        generation: Generation,
        transfers: &'a [StoredTransfer],
        stores: &'a Stores,
    ) -> Option<Self> {
        let transfers = transfers.iter().map(|StoredTransfer { read, fragments, .. }| {
            let fragments = fragments.iter().copied().map(bounds).collect();
            Some(Transfer { read: BucketRead::new(read, stores)?, fragments })
        });
        let (generation, transfers) = (generation.to_string(), transfers.collect::<Option<_>>()?);
        Some(Self { generation, transfers, longest: MAX_MOOF_LENGTH })
    }
}

/// A response, of which the body is a part of an object, a text, bytes that are made already, several pieces, or nothing.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Answered<'a> {
    status: u16,
    #[serde(serialize_with = "record")]
    headers: &'a HeaderMap,
    #[serde(skip_serializing_if = "Option::is_none")]
    read: Option<BucketRead<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    /// Whether the body is bytes that were made with the plan, which `entry.js` takes by a call of its own.
    #[serde(skip_serializing_if = "Not::not")]
    is_made: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Body<'a>>,
    /// What was planned with it of the fragments beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<Box<Row<'a>>>,
}

/// A body of several pieces, one behind the other.
#[derive(Serialize)]
struct Body<'a> {
    pieces: Vec<Piece<'a>>,
    /// How long all of it is, in bytes.
    length: u64,
}

/// Start and end of each run that is kept, counted from the first byte that is read; `None` if everything is kept.
type Kept = Option<Vec<u64>>;

#[derive(Serialize)]
#[serde(untagged)]
enum Piece<'a> {
    /// The next `made` of the bytes that were made with the plan.
    Made { made: usize },
    /// What is kept of a read.
    Stored {
        read: BucketRead<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        kept: Kept,
    },
    /// What is kept of what lies from `at` in the object to the end of a fragment, out of the transfer that gave its front.
    Rest {
        front: usize,
        at: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        kept: Kept,
    },
}

/// A read of an R2 bucket: bytes from an offset on.
#[derive(Serialize)]
struct BucketRead<'a> {
    object: BucketObject<'a>,
    offset: u64,
    length: u64,
}

impl<'a> Answered<'a> {
    /// The response that `plan` is of; `None` if it reads another store than R2.
    pub(super) fn planned(plan: &'a Plan, stores: &'a Stores) -> Option<Self> {
        let answer = Self {
            status: plan.status().as_u16(),
            headers: plan.headers(),
            read: None,
            text: None,
            is_made: false,
            body: None,
            row: None,
        };
        Some(match plan.body().as_slice() {
            [] => answer,
            [Planned::Bytes(_)] => Self { is_made: true, ..answer },
            [Planned::Stored(read)] if read.read.is_whole() => {
                Self { read: Some(BucketRead::new(read, stores)?), ..answer }
            }
            body => Self { body: Some(Body::new(body, stores)?), ..answer },
        })
    }

    /// The response that is `refused`.
    pub(super) fn refused(refused: &'a Response<Vec<u8>>) -> Option<Self> {
        let text = Some(std::str::from_utf8(refused.body()).ok()?);
        let (status, headers) = (refused.status().as_u16(), refused.headers());
        Some(Self { status, headers, read: None, text, is_made: false, body: None, row: None })
    }

    /// The same answer, with what was planned of the fragments beside it.
    pub(super) fn with(self, row: Option<Row<'a>>) -> Self {
        Self { row: row.map(Box::new), ..self }
    }
}

impl<'a> Body<'a> {
    fn new(body: &'a [Planned], stores: &'a Stores) -> Option<Self> {
        let pieces = body.iter().map(|planned| Piece::new(planned, stores));
        let length = body.iter().map(Planned::length).fold(0, u64::saturating_add);
        Some(Self { pieces: pieces.collect::<Option<_>>()?, length })
    }
}

impl<'a> Piece<'a> {
    fn new(planned: &'a Planned, stores: &'a Stores) -> Option<Self> {
        Some(match planned {
            Planned::Bytes(bytes) => Self::Made { made: bytes.len() },
            Planned::Stored(stored) => {
                Self::Stored { read: BucketRead::new(stored, stores)?, kept: kept(&stored.read) }
            }
            Planned::Rest { head, read: StoredRead { read, .. } } => {
                Self::Rest { front: *head, at: read.range().start(), kept: kept(read) }
            }
        })
    }
}

impl<'a> BucketRead<'a> {
    fn new(StoredRead { key, etag, read }: &'a StoredRead, stores: &'a Stores) -> Option<Self> {
        let (object, range) = (BucketObject::new(key, etag, stores)?, read.range());
        let read = Self { object, offset: range.start(), length: range.length() };
        (range.end() <= MAX_JS_OFFSET).then_some(read)
    }
}

fn kept(read: &Read) -> Kept {
    (!read.is_whole()).then(|| read.kept().iter().copied().flat_map(bounds).collect())
}

/// Where a range starts and ends.
fn bounds(range: ByteRange) -> [u64; 2] {
    [range.start(), range.end()]
}
