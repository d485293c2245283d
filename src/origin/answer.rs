//! The answer: its status, its headers, and the pieces of its body.

use super::asked::Asked;
use super::error::Error;
use super::representation::Freshness;
use super::stopwatch::Spent;
use crate::fragment::Read;
use crate::url::{self, ManifestFormat};
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Response, StatusCode};

/// An answer, its body in pieces to be sent one after the other; none for an empty body.
pub type Answer<B> = Response<Content<B>>;

/// The body of an answer.
pub type Content<B> = Vec<Piece<B>>;

/// A run of bytes of a body.
#[derive(Debug)]
pub enum Piece<B> {
    /// Bytes made for this answer.
    Bytes(Vec<u8>),
    /// Stored bytes on their way.
    Stored {
        /// All bytes of the read.
        body: B,
        /// Which of them are sent.
        read: Read,
    },
}

impl<B> Piece<B> {
    /// How many bytes it has.
    pub fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            Self::Stored { read, .. } => read.length(),
        }
    }
}

/// What is said in place of what was asked for.
pub(crate) fn refusal<B>(error: &Error) -> Answer<B> {
    let status = error.status();
    let text = error.public_text().into_bytes();
    let length = text.len();
    let mut answer = respond(status, vec![Piece::Bytes(text)]);
    let headers = answer.headers_mut();
    set(headers, header::CONTENT_TYPE, "text/plain; charset=utf-8");
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    // It may repeat the path, which nobody is to take for a page.
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    // Long enough to break the force of a stampede, short enough not to outlast an upload; and
    // trouble that may pass is never kept at all.
    let is_kept = !error.is_passing() && !error.is_of_headers();
    let keep = if is_kept { "public, max-age=5, stale-if-error=0" } else { "no-store" };
    set(headers, header::CACHE_CONTROL, keep);
    match error {
        Error::Method => set(headers, header::ALLOW, "GET, HEAD, OPTIONS"),
        Error::Range { length } => {
            set(headers, header::CONTENT_RANGE, &format!("bytes */{length}"))
        }
        _ if status == StatusCode::SERVICE_UNAVAILABLE => {
            // What is wrong with the media stays so until somebody mends them.
            let seconds = if error.is_passing() { "2" } else { "60" };
            set(headers, header::RETRY_AFTER, seconds);
        }
        _ => {}
    }
    answer
}

/// To the client manifest, from the bare path of its presentation: relative to that, for the Worker may
/// lie behind another path of another host, and with its query.
pub(super) fn redirect<B>(asked: &Asked<'_>, presentation: &str) -> Answer<B> {
    let mut answer = respond(StatusCode::FOUND, Vec::new());
    let headers = answer.headers_mut();
    let mut location = match asked.path.ends_with('/') {
        true => ManifestFormat::Smooth(None).file().to_owned(),
        false => url::manifest_beside(presentation),
    };
    if let Some(query) = asked.query {
        location.push('?');
        location.push_str(query);
    }
    set(headers, header::LOCATION, &location);
    set(headers, header::CACHE_CONTROL, Freshness::Brief.cache_control());
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(0));
    answer
}

/// What a browser wants to know before it dares to ask: any page may send any headers, as none of them
/// opens anything here.
pub(super) fn preflight<B>(asked: &Asked<'_>) -> Answer<B> {
    let mut answer = respond(StatusCode::NO_CONTENT, Vec::new());
    let headers = answer.headers_mut();
    set(headers, header::ALLOW, "GET, HEAD, OPTIONS");
    set(headers, header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, OPTIONS");
    let wanted = asked.wants_headers.filter(|names| is_list_of_names(names));
    set(headers, header::ACCESS_CONTROL_ALLOW_HEADERS, wanted.unwrap_or(PLAYERS_HEADERS));
    set(headers, header::ACCESS_CONTROL_MAX_AGE, "86400");
    set(headers, header::VARY, "Access-Control-Request-Headers");
    answer
}

/// What players are known to send, told to whoever does not say what it wants to send: `*` would not be
/// `Authorization`, and older browsers do not know it. CMCD is of CTA-5004.
const PLAYERS_HEADERS: &str = "Range, If-None-Match, If-Match, If-Range, Authorization, \
    CMCD-Object, CMCD-Request, CMCD-Session, CMCD-Status";

/// Whether `list` is one of header names (`RFC 9110` 5.6.1), and no longer than a browser has reason for.
fn is_list_of_names(list: &str) -> bool {
    const MAX_LEN: usize = 1024;
    let is_name = |name: &str| HeaderName::from_bytes(name.trim().as_bytes()).is_ok();
    list.len() <= MAX_LEN && list.split(',').all(is_name)
}

/// `answer`, which is about a presentation, with what is said of all such answers: the tag that a cache
/// can drop it by, and where the time went.
pub(super) fn about<B>(
    mut answer: Answer<B>,
    presentation: Option<&str>,
    spent: &Spent,
) -> Answer<B> {
    let headers = answer.headers_mut();
    if let Some(presentation) = presentation {
        set(headers, CACHE_TAG, &cache_tag(presentation));
    }
    if let Some(timing) = spent.header() {
        set(headers, SERVER_TIMING, &timing);
    }
    answer
}

const CACHE_TAG: HeaderName = HeaderName::from_static("cache-tag");
const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");
const TIMING_ALLOW_ORIGIN: HeaderName = HeaderName::from_static("timing-allow-origin");

/// The tag of every answer about the presentation: its path, percent-encoded so that nothing in it ends
/// a tag, and no longer than a tag may be. Two long paths may so come to share one, and be purged
/// together.
pub fn cache_tag(presentation: &str) -> String {
    const MAX_LEN: usize = 1024;
    let mut tag = url::encode(presentation).to_string().replace(',', "%2C");
    // Percent-encoded text is ASCII: it can be cut anywhere.
    tag.truncate(MAX_LEN);
    tag
}

/// An answer that any page may read, whatever host it came from: caches keep one for all.
pub(super) fn respond<B>(status: StatusCode, pieces: Content<B>) -> Answer<B> {
    let mut answer = Response::new(pieces);
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    set(headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    set(
        headers,
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        "Content-Length, Content-Range, Date, ETag, Retry-After, Server-Timing",
    );
    set(headers, TIMING_ALLOW_ORIGIN, "*");
    answer
}

/// Sets a header. A value that no header can have is left out rather than sent broken.
pub(super) fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
