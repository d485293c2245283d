//! The cues of a `WebVTT` or `SubRip` file, found but not yet read: both have lines with `-->` in them, and
//! text behind them up to a blank line.

use super::stamp::Notation;
use std::ops::Range;

/// One cue as it lies in its file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Block<'a> {
    /// When it appears, and when it is gone again.
    pub(super) time: Range<u64>,
    /// What stands behind the times.
    pub(super) settings: &'a str,
    /// What it says, marked up.
    pub(super) text: &'a str,
    /// Where it lies, from its times to its last line: which can be read without the rest of the file.
    pub(super) place: Range<usize>,
}

/// Goes through a file from block to block (`WebVTT` 6.1, "collect a WebVTT block").
///
/// A line with `-->` begins a cue wherever it stands; what comes before it, or after times that cannot be
/// read, up to the next such line, is passed over: headers, notes, style sheets, numbers.
pub(super) struct Blocks<'a> {
    text: &'a str,
    at: usize,
    notation: Notation,
}

impl<'a> Blocks<'a> {
    pub(super) fn new(text: &'a str, notation: Notation) -> Self {
        Self { text, at: 0, notation }
    }

    /// The next line, and where it lies. Lines end in LF, CR, or both.
    fn line(&mut self) -> Option<(Range<usize>, &'a str)> {
        let start = self.at;
        let rest = self.text.get(start..).filter(|rest| !rest.is_empty())?;
        let line = rest.split(['\n', '\r']).next().unwrap_or(rest);
        let end = start.saturating_add(line.len());
        let terminator = match rest.as_bytes().get(line.len()..) {
            Some([b'\r', b'\n', ..]) => 2,
            Some([_, ..]) => 1,
            _ => 0,
        };
        self.at = end.saturating_add(terminator);
        Some((start..end, line))
    }

    /// Where the text from here on ends: before a blank line, or one that begins another cue. The number of
    /// a cue of `SubRip` is that cue's, though no blank line stands before it.
    fn text_end(&mut self) -> usize {
        let mut end = self.at;
        let mut before_number = None;
        loop {
            let before = self.at;
            match self.line() {
                Some((_, line)) if line.contains("-->") => {
                    self.at = before;
                    return before_number.unwrap_or(end);
                }
                Some((place, line)) if !self.notation.is_blank(line) => {
                    before_number = self.notation.is_number(line).then_some(end);
                    end = place.end;
                }
                _ => return end,
            }
        }
    }
}

impl<'a> Iterator for Blocks<'a> {
    type Item = Block<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (first, line) = self.line()?;
            if !line.contains("-->") {
                continue;
            }
            let start = self.at;
            let end = self.text_end();
            let Some(((begin, stop), settings)) = self.notation.read_line(line) else { continue };
            if begin < stop {
                let text = self.text.get(start..end).unwrap_or_default();
                return Some(Block { time: begin..stop, settings, text, place: first.start..end });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::stamp::SECOND;
    use proptest::prelude::*;

    fn texts(text: &str) -> Vec<(u64, &str)> {
        let blocks = Blocks::new(text, Notation::WebVtt);
        blocks.map(|block| (block.time.start / SECOND, block.text)).collect()
    }

    #[test]
    fn blocks_end_at_blank_lines_and_at_other_blocks() {
        let text = "WEBVTT\n\nNOTE a\nb\n\n1\n00:01.000 --> 00:02.000\na\nb\n\n\
                    00:02.000 --> 00:03.000 align:left\nc\n00:03.000 --> 00:04.000\nd";
        assert_eq!(texts(text), [(1, "a\nb"), (2, "c"), (3, "d")]);
        assert_eq!(texts(&text.replace('\n', "\r\n")), [(1, "a\r\nb"), (2, "c"), (3, "d")]);
        assert_eq!(texts(&text.replace('\n', "\r")), [(1, "a\rb"), (2, "c"), (3, "d")]);
    }

    #[test]
    fn subrip_has_blanks_in_its_blank_lines_or_none_at_all() {
        let times = ["00:00:01,000 --> 00:00:02,000", "00:00:03,000 --> 00:00:04,000"];
        let texts = |between: &str, last: &str| {
            let text = format!("1\n{}\nOne{between}2\n{}\n{last}", times[0], times[1]);
            let blocks = Blocks::new(&text, Notation::SubRip);
            blocks.map(|block| block.text.to_owned()).collect::<Vec<_>>()
        };
        for between in ["\n\n", "\n \n", "\r\n\t \r\n", "\n\u{a0}\n", "\n", "\n\n\n \n"] {
            assert_eq!(texts(between, "Two"), ["One", "Two"], "{between:?}");
        }
        assert_eq!(texts("\n3 of ", "7"), ["One\n3 of 2", "7"], "a number that is not of a cue");
    }

    #[test]
    fn what_is_no_cue_is_passed_over() {
        let text = "WEBVTT\n\n00:01 --> 00:02\nno time\n\n00:05.000 --> 00:04.000\nbackwards\n\n\
                    00:06.000 --> 00:06.000\nnever\n\nSTYLE\n::cue{}\n00:07.000 --> 00:08.000\n\nlate";
        assert_eq!(texts(text), [(7, "")]);
    }

    #[test]
    fn a_block_reads_the_same_by_itself() {
        let text = "00:01.000 --> 00:02.000 line:0\na\nb\n\n00:02.000 --> 00:03.000\nc\n";
        for block in Blocks::new(text, Notation::WebVtt) {
            let alone = text.get(block.place.clone()).unwrap();
            let again = Blocks::new(alone, Notation::WebVtt).next().unwrap();
            assert_eq!(
                (again.time, again.settings, again.text),
                (block.time, block.settings, block.text)
            );
        }
    }

    proptest! {
        #[test]
        fn never_panics_and_goes_forwards(text in "(00:01.000 --> 00:0[0-9].000|[a\r\n]|.){0,30}") {
            for notation in [Notation::WebVtt, Notation::SubRip] {
                let mut end = 0;
                for block in Blocks::new(&text, notation) {
                    prop_assert!(block.place.start >= end && block.place.end >= block.place.start);
                    end = block.place.end;
                }
            }
        }
    }
}
