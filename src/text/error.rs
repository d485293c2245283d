//! Why bytes are not timed text.

use crate::base::xml::XmlError;
use thiserror::Error;

/// Why bytes are not timed text.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum TextError {
    /// There is nothing in it.
    #[error("line 1: it is empty")]
    Empty,
    /// It has UTF-16's byte order mark, and is none.
    #[error("line 1: it has the byte order mark of UTF-16, and is damaged or something else")]
    Utf16,
    /// It is not UTF-8, and does not look like anything else that is read.
    #[error("line {line}: it is not UTF-8; save it as UTF-8")]
    Encoding {
        /// The first line with a byte that is not.
        line: usize,
    },
    /// It does not begin as `WebVTT` does.
    #[error("line 1: WebVTT begins with WEBVTT")]
    Header,
    /// There is something in it, and none of it is a cue.
    #[error("line {line}: no cue is in this line or in any behind it")]
    NoCue {
        /// The first line that is not blank.
        line: usize,
    },
    /// It is not XML.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// It is XML, and not TTML.
    #[error("line {line}: {why}")]
    Ttml {
        /// Where.
        line: usize,
        /// What is wrong there.
        why: String,
    },
}

/// The line that the byte at `offset` of `bytes` is in, from 1.
pub(super) fn line_of(bytes: &[u8], offset: usize) -> usize {
    bytes.iter().take(offset).filter(|&&byte| byte == b'\n').count() + 1
}
