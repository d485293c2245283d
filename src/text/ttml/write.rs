//! Writing a TTML document: of `IMSC1`'s text profile, and as plain as that allows.

use crate::base::xml;
use crate::text::cue::{Cue, Line, Style};
use crate::text::stamp::Stamp;
use std::fmt::Write;
use std::ops::Range;

/// White on black, at the bottom, in the middle.
const HEAD: &str = concat!(
    "<head><styling>",
    "<style xml:id=\"t\" tts:color=\"#FFFFFF\" tts:backgroundColor=\"#000000CC\" ",
    "tts:fontFamily=\"proportionalSansSerif\" tts:fontSize=\"1c\"/>",
    "</styling><layout>",
    "<region xml:id=\"r\" tts:origin=\"10% 10%\" tts:extent=\"80% 80%\" ",
    "tts:displayAlign=\"after\" tts:textAlign=\"center\"/>",
    "</layout></head>",
);

/// A document of those of `cues` that are shown within `window`, each as far as it is within. Times count
/// from `zero`, which is not behind the window's start. The place that `WebVTT` gives a cue is left out.
pub fn write(cues: &[Cue], window: Range<u64>, zero: u64, language: &str) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<tt xml:lang=\"");
    xml::escape(language, &mut out);
    out.push_str("\" xml:space=\"preserve\" xmlns=\"http://www.w3.org/ns/ttml\"");
    out.push_str(" xmlns:ttp=\"http://www.w3.org/ns/ttml#parameter\"");
    out.push_str(" xmlns:tts=\"http://www.w3.org/ns/ttml#styling\"");
    out.push_str(" ttp:profile=\"http://www.w3.org/ns/ttml/profile/imsc1/text\">");
    out.push_str(HEAD);
    out.push_str("<body><div>");
    for cue in cues.iter().filter(|cue| cue.is_within(&window) && !cue.lines.is_empty()) {
        let time = |at: u64| Stamp(at.clamp(window.start, window.end).saturating_sub(zero));
        let (begin, end) = (time(cue.time.start), time(cue.time.end));
        let _ = write!(out, "<p region=\"r\" begin=\"{begin}\" end=\"{end}\">");
        for (at, each) in cue.lines.iter().enumerate() {
            if at > 0 {
                out.push_str("<br/>");
            }
            line(&mut out, each);
        }
        out.push_str("</p>");
    }
    out.push_str("</div></body></tt>\n");
    out
}

fn line(out: &mut String, line: &Line) {
    for span in line {
        let Style { bold, italic, underline } = span.style;
        out.push_str("<span style=\"t\"");
        for (is_on, attribute) in [
            (bold, " tts:fontWeight=\"bold\""),
            (italic, " tts:fontStyle=\"italic\""),
            (underline, " tts:textDecoration=\"underline\""),
        ] {
            if is_on {
                out.push_str(attribute);
            }
        }
        out.push('>');
        xml::escape(&span.text, out);
        out.push_str("</span>");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Span;
    use crate::text::stamp::{MILLISECOND, SECOND};
    use crate::text::ttml::read;
    use proptest::prelude::*;

    fn cue(time: Range<u64>, text: &str) -> Cue {
        let line = vec![Span { style: Style::default(), text: text.into() }];
        Cue { time, settings: String::new(), lines: vec![line] }
    }

    #[test]
    fn cues_are_clipped_to_the_window_and_count_from_zero() {
        let cues = [
            cue(0..SECOND, "before"),
            cue(SECOND..7 * SECOND, "a & <b>"),
            cue(6 * SECOND..9 * SECOND, "c"),
        ];
        let text = write(&cues, 2 * SECOND..8 * SECOND, 2 * SECOND, "en");
        assert!(text.contains("<p region=\"r\" begin=\"00:00:00.000\" end=\"00:00:05.000\"><span style=\"t\">a &amp; &lt;b&gt;</span></p>"), "{text}");
        let again = read(text.as_bytes()).unwrap();
        assert_eq!(again, [cue(0..5 * SECOND, "a & <b>"), cue(4 * SECOND..6 * SECOND, "c")]);
    }

    #[test]
    fn without_cues_it_is_a_document_all_the_same() {
        let text = write(&[], 0..SECOND, 0, "");
        assert_eq!(read(text.as_bytes()), Ok(vec![]));
        assert!(text.contains("xml:lang=\"\""), "{text}");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_the_same(
            cues in prop::collection::vec((0u64..1 << 30, 1u64..10_000, prop::collection::vec("[a-z&<>\"'é] ?[a-z ]{0,4}[a-z]", 1..4)), 0..6),
            style: (bool, bool, bool),
        ) {
            let (bold, italic, underline) = style;
            let style = Style { bold, italic, underline };
            let cues: Vec<Cue> = cues.into_iter().map(|(begin, lasts, lines)| {
                let lines = lines.into_iter().map(|text| vec![Span { style, text }]).collect();
                Cue { time: begin * MILLISECOND..(begin + lasts) * MILLISECOND, settings: String::new(), lines }
            }).collect();
            let text = write(&cues, 0..u64::MAX, 0, "en");
            prop_assert_eq!(read(text.as_bytes()).unwrap(), cues);
        }
    }
}
