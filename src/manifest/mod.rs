//! Manifests: what an index holds, told to players.

mod attributes;
mod cmaf;
mod codecs;
pub mod dash;
#[cfg(test)]
mod fixture;
pub mod hls;
mod protection;
mod rows;
pub mod smooth;
mod texts;

pub use cmaf::Untold;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};

/// `text` as it can stand in any part of a URL: all but what stands for itself there is encoded
/// (RFC 3986 2.3).
fn url(text: &str) -> PercentEncode<'_> {
    const UNRESERVED: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(text, UNRESERVED)
}
