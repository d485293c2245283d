//! What a URL stands for, and the ways to answer with it: whole, in part, by its headers alone, or
//! not at all because the client has it.

use super::headers::{respond, set};
use super::step::{Plan, Planned};
use crate::base::range::ByteRange;
use crate::fragment::Located;
use crate::origin::asked::Asked;
use crate::origin::error::Error;
use crate::url::{FragmentRequest, Noun};
use http::StatusCode;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};

/// Names what a CDN may fetch ahead, as Akamai's and Azure's read it.
const PREFETCH_PATH: HeaderName = HeaderName::from_static("cdn-origin-assist-prefetch-path");

/// The time for which caches may keep an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Freshness {
    /// For ever: the URL names a generation.
    Immutable,
    /// For as long as an operator is willing to wait for a replaced file to be seen.
    Brief,
    /// For as long altogether, most of it while something newer is on its way or cannot be had.
    Renewed,
}

impl Freshness {
    /// Caches may serve what is stale for as long as its origin fails, if they are not told
    /// otherwise; Workers Cache does.
    pub(super) fn cache_control(self) -> &'static str {
        match self {
            Self::Immutable => "public, max-age=31536000, immutable",
            Self::Brief => "public, max-age=30, stale-if-error=0",
            Self::Renewed => "public, max-age=10, stale-while-revalidate=20, stale-if-error=20",
        }
    }
}

/// The representation behind a URL, as far as headers describe it.
#[derive(Clone, Debug)]
pub(super) struct Representation {
    /// Its entity tag, unquoted.
    pub(super) etag: String,
    pub(super) content_type: &'static str,
    pub(super) freshness: Freshness,
    /// The URL of what a client is going to ask for next, relative to its own, if caches are to know.
    pub(super) next: Option<String>,
}

impl Representation {
    pub(super) fn new(etag: String, content_type: &'static str, freshness: Freshness) -> Self {
        Self { etag, content_type, freshness, next: None }
    }

    /// A fragment, or a part of one, that this `etag` names. `next` is when the one behind it starts, if caches are to know.
    pub(super) fn of_fragment(
        etag: String,
        located: &Located<'_>,
        request: &FragmentRequest<'_>,
        next: Option<u64>,
    ) -> Self {
        let content_type = match (request.noun, located.stream.kind) {
            (Noun::RawFragments, _) => "application/octet-stream",
            (Noun::WebVtt, _) => "text/vtt; charset=utf-8",
            (_, kind) => kind.media_type(),
        };
        let freshness = match request.generation {
            Some(_) => Freshness::Immutable,
            None => Freshness::Brief,
        };
        let next = next.map(|start| request.beside(start));
        Self { next, ..Self::new(etag, content_type, freshness) }
    }

    /// The document, with its bytes at hand.
    pub(super) fn bytes(self, bytes: Vec<u8>) -> Document {
        Document { representation: self, bytes }
    }

    pub(super) fn not_modified(&self) -> Plan {
        self.respond(StatusCode::NOT_MODIFIED, Vec::new())
    }

    /// Headers alone, of `length` bytes.
    pub(super) fn head(&self, length: u64) -> Plan {
        let mut plan = self.respond(StatusCode::OK, Vec::new());
        self.describe(plan.headers_mut(), length);
        plan
    }

    /// `pieces`, which are all of `length` bytes, or `part` of them.
    pub(super) fn body(&self, length: u64, part: Option<ByteRange>, pieces: Vec<Planned>) -> Plan {
        let Some(part) = part else {
            let mut plan = self.respond(StatusCode::OK, pieces);
            self.describe(plan.headers_mut(), length);
            return plan;
        };
        let mut plan = self.respond(StatusCode::PARTIAL_CONTENT, pieces);
        self.describe(plan.headers_mut(), part.length());
        let last = part.end().saturating_sub(1);
        let span = format!("bytes {}-{last}/{length}", part.start());
        set(plan.headers_mut(), header::CONTENT_RANGE, &span);
        plan
    }

    fn respond(&self, status: StatusCode, pieces: Vec<Planned>) -> Plan {
        let mut plan = respond(status, pieces);
        let headers = plan.headers_mut();
        set(headers, header::ETAG, &format!("\"{}\"", self.etag));
        let kept = HeaderValue::from_static(self.freshness.cache_control());
        headers.insert(header::CACHE_CONTROL, kept);
        plan
    }

    fn describe(&self, headers: &mut HeaderMap, length: u64) {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        if let Some(next) = &self.next {
            set(headers, header::LINK, &format!("<{next}>; rel=next"));
            set(headers, PREFETCH_PATH, next);
        }
    }
}

/// A representation whose bytes are at hand.
pub(super) struct Document {
    representation: Representation,
    bytes: Vec<u8>,
}

impl Document {
    /// The answer to `asked`: the bytes, some of them, or only their headers.
    pub(super) fn send(self, asked: &Asked<'_>) -> Result<Plan, Error> {
        let Self { representation, bytes } = self;
        if asked.has_current(&representation.etag)? {
            return Ok(representation.not_modified());
        }
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if asked.is_head() {
            return Ok(representation.head(length));
        }
        let part = asked.wanted(&representation.etag, length)?;
        let bytes = match part {
            Some(part) => slice(&bytes, part).ok_or(Error::Range { length })?,
            None => bytes,
        };
        Ok(representation.body(length, part, vec![Planned::Bytes(bytes)]))
    }
}

fn slice(bytes: &[u8], range: ByteRange) -> Option<Vec<u8>> {
    let (start, end) = (usize::try_from(range.start()).ok()?, usize::try_from(range.end()).ok()?);
    bytes.get(start..end).map(<[u8]>::to_vec)
}
