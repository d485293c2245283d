//! Formats of text files, and reading one.

use super::block::{Block, Blocks};
use super::cue::Cue;
use super::error::{TextError, line_of};
use super::stamp::Notation;
use super::{markup, ttml, webvtt};
use std::ops::Range;

/// The format of a text file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Syntax {
    /// `WebVTT`: <https://www.w3.org/TR/webvtt1/>.
    WebVtt,
    /// `SubRip` (`SRT`), of which there is no standard.
    SubRip,
    /// TTML: <https://www.w3.org/TR/ttml1/>.
    Ttml,
}

/// A cue that was found in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outlined {
    /// When it appears, and when it is gone again.
    pub time: Range<u64>,
    /// Bytes of the file that say all of it. [`Syntax::cues`] reads any of these by themselves, and any
    /// stretch from one to another.
    pub place: Range<usize>,
}

impl Syntax {
    /// What a file of this name is written in; `None` if it is not a text file.
    pub fn of(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        let is = |other: &str| extension.eq_ignore_ascii_case(other);
        match () {
            () if is("vtt") || is("webvtt") => Some(Self::WebVtt),
            () if is("srt") => Some(Self::SubRip),
            () if ["ttml", "ttml2", "dfxp", "xml"].iter().any(|it| is(it)) => Some(Self::Ttml),
            () => None,
        }
    }

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WebVtt => "WebVTT",
            Self::SubRip => "SubRip",
            Self::Ttml => "TTML",
        }
    }

    /// All cues of a whole file, in its order, without what they say. This is where a file is found out
    /// to be none.
    pub fn outline(self, file: &[u8]) -> Result<Vec<Outlined>, TextError> {
        if unmarked(file).iter().all(u8::is_ascii_whitespace) {
            return Err(TextError::Empty);
        }
        let Some(notation) = self.notation() else {
            let whole = 0..file.len();
            let outlined = |cue: Cue| Outlined { time: cue.time, place: whole.clone() };
            return Ok(ttml::read(file)?.into_iter().map(outlined).collect());
        };
        let text = decode(file)?;
        let mark = file.len().saturating_sub(text.len());
        if self == Self::WebVtt && !webvtt::is_header(text) {
            return Err(TextError::Header);
        }
        let outlined = |Block { time, place, .. }: Block<'_>| {
            let place = place.start.saturating_add(mark)..place.end.saturating_add(mark);
            Outlined { time, place }
        };
        let found: Vec<Outlined> = Blocks::new(text, notation).map(outlined).collect();
        if found.is_empty() && self == Self::SubRip {
            let at = text.find(|other: char| !other.is_whitespace()).unwrap_or_default();
            return Err(TextError::NoCue { line: line_of(text.as_bytes(), at) });
        }
        Ok(found)
    }

    /// The cues in a stretch of a file that begins with one and ends with one; of TTML, in a whole file.
    pub fn cues(self, stretch: &[u8]) -> Result<Vec<Cue>, TextError> {
        let Some(notation) = self.notation() else { return ttml::read(stretch) };
        let read = |Block { time, settings, text, .. }: Block<'_>| {
            let settings = match self {
                Self::WebVtt => webvtt::settings(settings),
                _ => String::new(),
            };
            Cue { time, settings, lines: markup::lines(text, notation) }
        };
        Ok(Blocks::new(decode(stretch)?, notation).map(read).collect())
    }

    fn notation(self) -> Option<Notation> {
        match self {
            Self::WebVtt => Some(Notation::WebVtt),
            Self::SubRip => Some(Notation::SubRip),
            Self::Ttml => None,
        }
    }
}

/// The text of a file, without a byte order mark.
fn decode(file: &[u8]) -> Result<&str, TextError> {
    if let [0xff, 0xfe, ..] | [0xfe, 0xff, ..] = file {
        return Err(TextError::Utf16);
    }
    let bytes = unmarked(file);
    std::str::from_utf8(bytes)
        .map_err(|error| TextError::Encoding { line: line_of(bytes, error.valid_up_to()) })
}

/// A file without UTF-8's byte order mark.
fn unmarked(file: &[u8]) -> &[u8] {
    file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::stamp::SECOND;
    use proptest::prelude::*;

    #[test]
    fn a_file_is_known_by_its_name() {
        assert_eq!(["a/b.en.VTT", "a.webvtt"].map(Syntax::of), [Some(Syntax::WebVtt); 2]);
        assert_eq!(["a.srt", "SAMPLE.SRT"].map(Syntax::of), [Some(Syntax::SubRip); 2]);
        let ttml = ["a.ttml", "a.ttml2", "a.Dfxp", "a.XML"];
        assert_eq!(ttml.map(Syntax::of), [Some(Syntax::Ttml); 4]);
        assert_eq!(["a.mp4", "vtt", "a.ismt"].map(Syntax::of), [None; 3]);
    }

    #[test]
    fn what_is_no_such_file_is_refused_by_its_line() {
        let refused = |syntax: Syntax, file: &[u8]| syntax.outline(file).unwrap_err().to_string();
        assert_eq!(refused(Syntax::WebVtt, b"WEBVTTx\n"), "line 1: WebVTT begins with WEBVTT");
        for syntax in [Syntax::WebVtt, Syntax::SubRip, Syntax::Ttml] {
            for file in [&b""[..], b" \r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"] {
                assert_eq!(refused(syntax, file), "line 1: it is empty");
            }
        }
        let latin = b"1\n00:00:01,000 --> 00:00:02,000\ncaf\xe9\n";
        assert_eq!(refused(Syntax::SubRip, latin), "line 3: it is not UTF-8");
        assert!(refused(Syntax::SubRip, b"\xff\xfe1\0").starts_with("line 1: it is UTF-16"));
        let other = refused(Syntax::SubRip, b"\n\n<html>\n");
        assert_eq!(other, "line 3: no cue is in this line or in any behind it");
        assert_eq!(Syntax::WebVtt.outline(b"\xef\xbb\xbfWEBVTT"), Ok(vec![]));
    }

    #[test]
    fn places_count_from_the_start_of_the_file() {
        let file = b"\xef\xbb\xbfWEBVTT - x\n\n00:01.000 --> 00:02.000 line:0\n<i>a</i>\n\n00:02.000 --> 00:03.000\nb\n";
        let found = Syntax::WebVtt.outline(file).unwrap();
        assert_eq!(found.iter().map(|it| it.time.start / SECOND).collect::<Vec<_>>(), [1, 2]);
        let cues = Syntax::WebVtt.cues(&file[found[0].place.clone()]).unwrap();
        assert_eq!(cues.len(), 1);
        assert_eq!((cues[0].settings.as_str(), cues[0].lines[0][0].text.as_str()), ("line:0", "a"));
        assert_eq!(
            Syntax::WebVtt.cues(&file[found[0].place.start..found[1].place.end]).unwrap().len(),
            2
        );
    }

    proptest! {
        #[test]
        fn never_panics(file in prop::collection::vec(any::<u8>(), 0..200)) {
            for syntax in [Syntax::WebVtt, Syntax::SubRip, Syntax::Ttml] {
                let _ = (syntax.outline(&file).is_ok(), syntax.cues(&file).is_ok());
            }
        }
    }
}
