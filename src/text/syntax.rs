//! Formats of text files, and reading one.

use super::block::{Block, Blocks};
use super::coding::{Decoded, decode, unmarked};
use super::cue::Cue;
use super::error::{TextError, line_of};
use super::stamp::Notation;
use super::{markup, ttml, webvtt};
use std::borrow::Cow;
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

/// What was found in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outline {
    /// Its cues, in its order.
    pub cues: Vec<Outlined>,
    /// Whether it does not say what it is coded in, and was taken for Windows-1252.
    pub is_guessed: bool,
}

/// A cue that was found in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outlined {
    /// When it appears, and when it is gone again.
    pub time: Range<u64>,
    /// Bytes of the file that say all of it. [`Syntax::cues`] reads any of these by themselves, and any
    /// stretch from one to another. They are the whole file where only that shows how to read them: of TTML, and
    /// of what is not coded in UTF-8.
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
    pub fn outline(self, file: &[u8]) -> Result<Outline, TextError> {
        if unmarked(file).iter().all(u8::is_ascii_whitespace) {
            return Err(TextError::Empty);
        }
        let whole = 0..file.len();
        let Some(notation) = self.notation() else {
            let outlined = |cue: Cue| Outlined { time: cue.time, place: whole.clone() };
            let cues = ttml::read(file)?.into_iter().map(outlined).collect();
            return Ok(Outline { cues, is_guessed: false });
        };
        let Decoded { text, is_guessed } = decode(file)?;
        if text.trim().is_empty() {
            return Err(TextError::Empty);
        }
        if self == Self::WebVtt && !webvtt::is_header(&text) {
            return Err(TextError::Header);
        }
        // Where the text is not a stretch of the file itself, places in it are none in the file.
        let mark = matches!(text, Cow::Borrowed(_)).then(|| file.len().saturating_sub(text.len()));
        let outlined = |Block { time, place, .. }: Block<'_>| Outlined {
            time,
            place: mark.map_or(whole.clone(), |mark| {
                place.start.saturating_add(mark)..place.end.saturating_add(mark)
            }),
        };
        let cues: Vec<Outlined> = Blocks::new(&text, notation).map(outlined).collect();
        if cues.is_empty() && self == Self::SubRip {
            let at = text.find(|other: char| !other.is_whitespace()).unwrap_or_default();
            return Err(TextError::NoCue { line: line_of(text.as_bytes(), at) });
        }
        Ok(Outline { cues, is_guessed })
    }

    /// The cues in a stretch of a file that begins with one and ends with one, or in a whole file.
    pub fn cues(self, stretch: &[u8]) -> Result<Vec<Cue>, TextError> {
        let Some(notation) = self.notation() else { return ttml::read(stretch) };
        let read = |Block { time, settings, text, .. }: Block<'_>| {
            let settings = match self {
                Self::WebVtt => webvtt::settings(settings),
                _ => String::new(),
            };
            Cue { time, settings, lines: markup::lines(text, notation) }
        };
        Ok(Blocks::new(&decode(stretch)?.text, notation).map(read).collect())
    }

    fn notation(self) -> Option<Notation> {
        match self {
            Self::WebVtt => Some(Notation::WebVtt),
            Self::SubRip => Some(Notation::SubRip),
            Self::Ttml => None,
        }
    }
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
        let russian = b"1\n00:00:01,000 --> 00:00:02,000\n\xcf\xf0\xe8\n";
        assert_eq!(refused(Syntax::SubRip, russian), "line 3: it is not UTF-8; save it as UTF-8");
        assert_eq!(refused(Syntax::SubRip, b"\xff\xfe \0"), "line 1: it is empty");
        let cut = refused(Syntax::SubRip, b"\xff\xfe1\0\n");
        assert_eq!(
            cut,
            "line 1: it has the byte order mark of UTF-16, and is damaged or something else"
        );
        let other = refused(Syntax::SubRip, b"\n\n<html>\n");
        assert_eq!(other, "line 3: no cue is in this line or in any behind it");
        assert_eq!(Syntax::WebVtt.outline(b"\xef\xbb\xbfWEBVTT").unwrap().cues, []);
    }

    #[test]
    fn places_count_from_the_start_of_the_file() {
        let file = b"\xef\xbb\xbfWEBVTT - x\n\n00:01.000 --> 00:02.000 line:0\n<i>a</i>\n\n00:02.000 --> 00:03.000\nb\n";
        let found = Syntax::WebVtt.outline(file).unwrap().cues;
        assert_eq!(found.iter().map(|it| it.time.start / SECOND).collect::<Vec<_>>(), [1, 2]);
        let cues = Syntax::WebVtt.cues(&file[found[0].place.clone()]).unwrap();
        assert_eq!(cues.len(), 1);
        assert_eq!((cues[0].settings.as_str(), cues[0].lines[0][0].text.as_str()), ("line:0", "a"));
        assert_eq!(
            Syntax::WebVtt.cues(&file[found[0].place.start..found[1].place.end]).unwrap().len(),
            2
        );
    }

    #[test]
    fn a_file_in_another_coding_has_the_same_cues_all_of_it() {
        let text =
            "1\n00:00:01,000 --> 00:00:02,000\nCafé €\n\n2\n00:00:03,000 --> 00:00:04,000\nb\n";
        let marked = format!("\u{feff}{text}");
        let [little, big] = [u16::to_le_bytes, u16::to_be_bytes]
            .map(|unit| marked.encode_utf16().flat_map(unit).collect::<Vec<u8>>());
        let western: Vec<u8> =
            text.chars().map(|it| if it == '€' { 0x80 } else { it as u8 }).collect();
        let plain = Syntax::SubRip.cues(text.as_bytes()).unwrap();
        for (file, is_guessed) in [(little, false), (big, false), (western, true)] {
            let outline = Syntax::SubRip.outline(&file).unwrap();
            assert_eq!(outline.is_guessed, is_guessed);
            let found: Vec<_> = outline.cues.iter().map(|cue| cue.time.start / SECOND).collect();
            assert_eq!(found, [1, 3]);
            assert!(outline.cues.iter().all(|cue| cue.place == (0..file.len())));
            assert_eq!(Syntax::SubRip.cues(&file).unwrap(), plain);
        }
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
