//! A cue, as far as all syntaxes have words for it.

use std::ops::Range;

/// Text, and when it is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cue {
    /// When it appears, and when it is gone again.
    pub time: Range<u64>,
    /// Where `WebVTT` has it stand, in `WebVTT`'s words; empty for wherever text usually is.
    pub settings: String,
    /// What it says.
    pub lines: Vec<Line>,
}

/// A line, in runs that look alike.
pub type Line = Vec<Span>;

/// Characters that look alike.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Span {
    /// How they look.
    pub style: Style,
    /// The characters. None of them breaks the line.
    pub text: String,
}

/// The look of characters.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Style {
    /// Bold.
    pub bold: bool,
    /// Italic, or oblique.
    pub italic: bool,
    /// Underlined.
    pub underline: bool,
}

impl Cue {
    /// Whether any of it is shown within `time`.
    pub fn is_within(&self, time: &Range<u64>) -> bool {
        self.time.start < time.end && time.start < self.time.end
    }

    /// The same cue, gone at `end` if it does not say when.
    #[must_use]
    pub fn gone_at(mut self, end: u64) -> Self {
        if self.time.end == u64::MAX {
            self.time.end = end.max(self.time.start);
        }
        self
    }

    /// The same cue so many ticks later.
    #[must_use]
    pub fn later(mut self, ticks: u64) -> Self {
        let Range { start, end } = self.time;
        self.time = start.saturating_add(ticks)..end.saturating_add(ticks);
        self
    }
}

/// Lines under way.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines {
    lines: Vec<Line>,
    line: Line,
}

impl Lines {
    /// Appends `text`, which looks like `style`, to the last line.
    pub(super) fn push(&mut self, style: Style, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.line.last_mut().filter(|last| last.style == style) {
            Some(last) => last.text.push_str(text),
            None => self.line.push(Span { style, text: text.to_owned() }),
        }
    }

    /// Ends the last line.
    pub(super) fn end_line(&mut self) {
        self.lines.push(std::mem::take(&mut self.line));
    }

    /// The lines from the first to the last in which there is anything to see; in between, there may be
    /// empty ones.
    pub(super) fn finish(mut self) -> Vec<Line> {
        self.end_line();
        let is_seen = |line: &Line| line.iter().any(|span| !span.text.trim().is_empty());
        let Some(first) = self.lines.iter().position(is_seen) else { return Vec::new() };
        let last = self.lines.iter().rposition(is_seen).unwrap_or(first);
        self.lines.truncate(last + 1);
        self.lines.split_off(first)
    }

    /// Whether the last line has ended in a blank, or has not begun.
    pub(super) fn ends_blank(&self) -> bool {
        self.line.last().is_none_or(|last| last.text.ends_with(' '))
    }

    /// Takes the blank off the end of the last line.
    pub(super) fn trim_end(&mut self) {
        if let Some(last) = self.line.last_mut() {
            last.text.truncate(last.text.trim_end_matches(' ').len());
            if last.text.is_empty() {
                self.line.pop();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cue_is_within_what_it_has_an_instant_in_common_with() {
        let cue = Cue { time: 10..20, settings: String::new(), lines: vec![] };
        assert!(cue.is_within(&(0..11)) && cue.is_within(&(19..30)) && cue.is_within(&(12..13)));
        assert!(!cue.is_within(&(0..10)) && !cue.is_within(&(20..30)));
        assert_eq!(cue.later(5).time, 15..25);
    }

    #[test]
    fn lines_without_anything_to_see_are_kept_only_between_others() {
        let mut lines = Lines::default();
        lines.push(Style::default(), " ");
        for text in ["a", "", "b"] {
            lines.end_line();
            lines.push(Style::default(), text);
        }
        lines.end_line();
        let texts: Vec<usize> = lines.finish().iter().map(Vec::len).collect();
        assert_eq!(texts, [1, 0, 1]);
        assert_eq!(Lines::default().finish(), Vec::<Line>::new());
    }
}
