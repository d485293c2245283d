//! `WebVTT` as HLS takes it (`RFC 8216` 3.5).

use super::cue::{Cue, Line, Style};
use super::stamp::{MILLISECOND, Stamp};
use std::fmt::Write;

/// A segment with these cues. Each has all of its time, also where that is not in the segment.
///
/// Times are those of the media: what `X-TIMESTAMP-MAP` says. It ends in a blank line, for those who read
/// segments one behind the other as if they were one file.
pub fn write<'a>(cues: impl Iterator<Item = &'a Cue>) -> String {
    let mut out = String::from("WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n");
    for cue in cues.filter(|cue| !cue.lines.is_empty()) {
        let end = cue.time.end.max(cue.time.start.saturating_add(MILLISECOND));
        let _ = write!(out, "{} --> {}", Stamp(cue.time.start), Stamp(end));
        if !cue.settings.is_empty() {
            out.push(' ');
            out.push_str(&cue.settings);
        }
        out.push('\n');
        for each in &cue.lines {
            line(&mut out, each);
        }
        out.push('\n');
    }
    out
}

fn line(out: &mut String, line: &Line) {
    // A blank line would end the cue.
    if line.iter().all(|span| span.text.is_empty()) {
        out.push_str("&nbsp;");
    }
    for span in line {
        let Style { bold, italic, underline } = span.style;
        let tags = [(bold, "b"), (italic, "i"), (underline, "u")];
        let tags = || tags.iter().filter(|(is_on, _)| *is_on).map(|(_, tag)| tag);
        for tag in tags() {
            let _ = write!(out, "<{tag}>");
        }
        escape(out, &span.text);
        for tag in tags().rev() {
            let _ = write!(out, "</{tag}>");
        }
    }
    out.push('\n');
}

fn escape(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\0' | '\n' | '\r' => out.push(' '),
            other => out.push(other),
        }
    }
}

/// Whether `text` begins as a file of `WebVTT` does (`WebVTT` 4.1).
pub(super) fn is_header(text: &str) -> bool {
    let behind = text.strip_prefix("WEBVTT");
    behind.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r']))
}

/// Those settings that stand for themselves: not a region, which is defined elsewhere in the file.
pub(super) fn settings(text: &str) -> String {
    const KNOWN: [&str; 5] = ["vertical", "line", "position", "size", "align"];
    let is_known = |setting: &&str| {
        setting.split_once(':').is_some_and(|(name, value)| {
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-.,%".contains(&byte);
            KNOWN.contains(&name) && !value.contains("--") && value.bytes().all(fits)
        })
    };
    text.split_ascii_whitespace().filter(is_known).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::stamp::SECOND;
    use crate::text::{Span, Syntax};
    use proptest::prelude::*;

    #[test]
    fn a_segment() {
        let cue = |time, settings: &str, lines| Cue { time, settings: settings.into(), lines };
        let span = |bold, text: &str| Span {
            style: Style { bold, ..Style::default() },
            text: text.into(),
        };
        let cues = [
            cue(
                SECOND..2 * SECOND,
                "line:0",
                vec![
                    vec![span(false, "a --> "), span(true, "<b>")],
                    vec![],
                    vec![span(false, "c")],
                ],
            ),
            cue(SECOND..2 * SECOND, "", vec![]),
        ];
        assert_eq!(
            write(cues.iter()),
            "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n\
             00:00:01.000 --> 00:00:02.000 line:0\na --&gt; <b>&lt;b&gt;</b>\n&nbsp;\nc\n\n"
        );
        assert_eq!(write([].iter()), "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n");
    }

    #[test]
    fn settings_that_stand_for_themselves() {
        assert_eq!(
            settings(" line:-1  align:start region:fred --> position:10%,line-left x size:5-->"),
            "line:-1 align:start position:10%,line-left"
        );
    }

    fn line_of_text() -> impl Strategy<Value = Line> {
        let style = any::<(bool, bool, bool)>().prop_map(|(bold, italic, underline)| Style {
            bold,
            italic,
            underline,
        });
        let span = (style, "[a-z<>&é]{1,5}").prop_map(|(style, text)| Span { style, text });
        prop::collection::vec(span, 1..4).prop_map(|mut line: Line| {
            line.dedup_by(|one, other| one.style == other.style);
            line
        })
    }

    proptest! {
        #[test]
        fn what_is_written_reads_the_same(
            cues in prop::collection::vec((0u64..1 << 30, 1u64..10_000, prop::collection::vec(line_of_text(), 1..3)), 0..5),
        ) {
            let cues: Vec<Cue> = cues.into_iter().map(|(begin, lasts, lines)| {
                let time = begin * MILLISECOND..(begin + lasts) * MILLISECOND;
                Cue { time, settings: String::new(), lines }
            }).collect();
            let text = write(cues.iter());
            prop_assert_eq!(Syntax::WebVtt.outline(text.as_bytes()).unwrap().cues.len(), cues.len());
            prop_assert_eq!(Syntax::WebVtt.cues(text.as_bytes()).unwrap(), cues);
        }
    }
}
