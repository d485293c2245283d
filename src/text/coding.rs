//! What the text of a file is coded in, where no declaration says it.
//!
//! The bytes decide, as in ffmpeg, VLC and GPAC: a byte order mark says UTF-16, and what is not UTF-8 is taken for Windows-1252,
//! which most of the old files of the West are. That is a guess, and is only made of what looks like such text.

use super::error::{TextError, line_of};
use crate::base::coding::{marked_utf16, windows_1252};
use std::borrow::Cow;

/// The text of a file.
pub(super) struct Decoded<'a> {
    /// Without a byte order mark.
    pub(super) text: Cow<'a, str>,
    /// Whether it was taken for Windows-1252.
    pub(super) is_guessed: bool,
}

/// The text of a `file` in UTF-8, in UTF-16 behind a byte order mark, or presumably in Windows-1252.
pub(super) fn decode(file: &[u8]) -> Result<Decoded<'_>, TextError> {
    if let [0xff, 0xfe, ..] | [0xfe, 0xff, ..] = file {
        let text = marked_utf16(file).ok_or(TextError::Utf16)?.into();
        return Ok(Decoded { text, is_guessed: false });
    }
    let bytes = unmarked(file);
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(Decoded { text: text.into(), is_guessed: false }),
        Err(error) => error,
    };
    match windows_1252(bytes).filter(|_| is_western(bytes)) {
        Some(text) => Ok(Decoded { text: text.into(), is_guessed: true }),
        None => Err(TextError::Encoding { line: line_of(bytes, error.valid_up_to()) }),
    }
}

/// A file without UTF-8's byte order mark.
pub(super) fn unmarked(file: &[u8]) -> &[u8] {
    file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file)
}

/// Whether `bytes` that are not UTF-8 look like text of a Western language in one byte a character: without control characters,
/// with most letters of ASCII, as no text in Cyrillic or Chinese is, and not mostly UTF-8 that was spoilt somewhere: in that,
/// every second other byte or more continues one before it.
fn is_western(bytes: &[u8]) -> bool {
    let (mut letters, mut others, mut continued) = (0usize, 0usize, 0usize);
    let mut may_continue = false;
    for &byte in bytes {
        if byte.is_ascii_control() && !byte.is_ascii_whitespace() {
            return false;
        }
        let continues = may_continue && (0x80..0xc0).contains(&byte);
        letters += usize::from(byte.is_ascii_alphabetic());
        others += usize::from(!byte.is_ascii());
        continued += usize::from(continues);
        may_continue = continues || byte >= 0xc2;
    }
    others < letters && continued.saturating_mul(3) <= others
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(file: &[u8]) -> Option<(String, bool)> {
        decode(file).ok().map(|Decoded { text, is_guessed }| (text.into_owned(), is_guessed))
    }

    #[test]
    fn bytes_say_what_they_are_coded_in() {
        let text = || "café".to_owned();
        assert_eq!(decoded("café".as_bytes()), Some((text(), false)));
        assert_eq!(decoded("\u{feff}café".as_bytes()), Some((text(), false)));
        assert_eq!(decoded(b"\xff\xfec\0a\0f\0\xe9\0"), Some((text(), false)));
        assert_eq!(decoded(b"\xfe\xff\0c\0a\0f\0\xe9"), Some((text(), false)));
        assert_eq!(decoded(b"caf\xe9"), Some((text(), true)));
        // What would be a letter of N'Ko in UTF-8.
        assert_eq!(decoded(b"Spa\xdf\x93, n\xe4mlich"), Some(("Spaß“, nämlich".to_owned(), true)));
    }

    #[test]
    fn what_does_not_look_like_western_text_is_not_guessed_at() {
        for (file, why) in [
            (&b"\xcf\xf0\xe8\xe2\xe5\xf2, a"[..], "Russian, in Windows-1251"),
            (b"\x82\xb1\x82\xf1\x82\xc9 ab", "Japanese, in Shift JIS"),
            (b"caf\xe9\0", "with a control character"),
            (b"caf\xe9 \x90", "with a byte that is none"),
            (
                "“One”, she said, “and two”\u{e9}".as_bytes().split_last().unwrap().1,
                "the same of quotes",
            ),
            ("déjà-vu, encore\u{e9}".as_bytes().split_last().unwrap().1, "UTF-8 that is cut off"),
        ] {
            assert_eq!(decode(file).err(), Some(TextError::Encoding { line: 1 }), "{why}");
        }
        assert_eq!(decode(b"\xff\xfea").err(), Some(TextError::Utf16));
    }
}
