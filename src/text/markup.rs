//! Tags in the text of a cue: `WebVTT`'s (`WebVTT` 6.4), and those that `SubRip` has by habit.
//!
//! What can be said in every syntax is kept: bold, italic, underlined. Other tags are left out, and what
//! they enclose is kept.

use super::cue::{Line, Lines, Style};
use super::stamp::Notation;
use crate::base::digits::decimal;

/// The lines of `text`.
pub(super) fn lines(text: &str, notation: Notation) -> Vec<Line> {
    let text = text.replace("\r\n", "\n").replace('\0', "\u{fffd}");
    let mut out = Lines::default();
    let mut tags = Tags::default();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(['<', '&', '{', '\n', '\r']) {
        let (before, special) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push(tags.style(), before);
        rest = match (special.chars().next(), notation) {
            (Some('\n' | '\r'), _) => {
                out.end_line();
                special.get(1..).unwrap_or_default()
            }
            (Some('<'), Notation::WebVtt) => {
                let (tag, behind) = special.split_once('>').unwrap_or((special, ""));
                tags.turn(tag.trim_start_matches('<'));
                behind
            }
            (Some('<'), Notation::SubRip) => match special.split_once('>') {
                Some((tag, behind)) if is_break(tag) => {
                    out.end_line();
                    // Where the line ends as well, it is one break all the same.
                    behind.strip_prefix('\n').unwrap_or(behind)
                }
                Some((tag, behind)) if tags.turn(tag.trim_start_matches('<')) => behind,
                _ => literal(special, &mut out, tags.style()),
            },
            // Where another player would put it: `{\an8}`.
            (Some('{'), Notation::SubRip) if special.starts_with("{\\") => {
                special.split_once('}').map_or("", |(_, behind)| behind)
            }
            (Some('&'), Notation::WebVtt) => match reference(special) {
                Some((character, behind)) => {
                    out.push(tags.style(), character.encode_utf8(&mut [0; 4]));
                    behind
                }
                None => literal(special, &mut out, tags.style()),
            },
            _ => literal(special, &mut out, tags.style()),
        };
    }
    out.push(tags.style(), rest);
    out.finish()
}

/// Whether a tag without its `>` ends a line: `<br>`, `<BR />`.
fn is_break(tag: &str) -> bool {
    tag.trim_start_matches('<').trim_end_matches('/').trim_end().eq_ignore_ascii_case("br")
}

/// Takes the first character as it stands.
fn literal<'a>(text: &'a str, out: &mut Lines, style: Style) -> &'a str {
    let (first, behind) = text.split_at_checked(1).unwrap_or((text, ""));
    out.push(style, first);
    behind
}

/// Counts of open tags of each kind.
#[derive(Default)]
struct Tags {
    bold: u32,
    italic: u32,
    underline: u32,
}

impl Tags {
    fn style(&self) -> Style {
        Style { bold: self.bold > 0, italic: self.italic > 0, underline: self.underline > 0 }
    }

    /// Opens or closes what `tag`, which stands between angle brackets, says. Whether it is one that
    /// `SubRip` files have.
    fn turn(&mut self, tag: &str) -> bool {
        let (name, closes) = tag.strip_prefix('/').map_or((tag, false), |name| (name, true));
        let end = name.find(|other: char| !other.is_ascii_alphabetic()).unwrap_or(name.len());
        let open = match name.get(..end).unwrap_or_default().to_ascii_lowercase().as_str() {
            "b" => &mut self.bold,
            "i" => &mut self.italic,
            "u" => &mut self.underline,
            "font" => return true,
            _ => return false,
        };
        *open = if closes { open.saturating_sub(1) } else { open.saturating_add(1) };
        true
    }
}

/// The character that a reference stands for with which `text` begins, and what follows it.
fn reference(text: &str) -> Option<(char, &str)> {
    const MAX_LEN: usize = 10;
    let (name, behind) = text.strip_prefix('&')?.split_once(';')?;
    let character = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "lrm" => '\u{200e}',
        "rlm" => '\u{200f}',
        _ if name.len() > MAX_LEN => return None,
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) if hex.starts_with('+') => None,
                Some(hex) => u32::from_str_radix(hex, 16).ok(),
                None => decimal(number),
            };
            char::from_u32(code?).filter(|&c| c != '\n' && c != '\r')?
        }
    };
    Some((character, behind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Each line with its styles in letters, such as `a[bi:c]`.
    fn shown(text: &str, notation: Notation) -> Vec<String> {
        let lines = lines(text, notation).into_iter().map(|line| {
            let span = |span: crate::text::Span| {
                let Style { bold, italic, underline } = span.style;
                let marks: String = [(bold, 'b'), (italic, 'i'), (underline, 'u')]
                    .iter()
                    .filter(|it| it.0)
                    .map(|it| it.1)
                    .collect();
                if marks.is_empty() { span.text } else { format!("[{marks}:{}]", span.text) }
            };
            line.into_iter().map(span).collect()
        });
        lines.collect()
    }

    #[test]
    fn webvtt() {
        let of = |text| shown(text, Notation::WebVtt);
        assert_eq!(of("a <b>b <i>c</i></b> d\ne"), ["a [b:b ][bi:c] d", "e"]);
        assert_eq!(of("<v Roger Bingham>We are <c.loud>in</c> <u.x>NY</u>"), ["We are in [u:NY]"]);
        assert_eq!(
            of("<00:01.000>now &lt;b&gt; &amp;amp; &#233;&#xe9; &bogus; &"),
            ["now <b> &amp; éé &bogus; &"]
        );
        assert_eq!(of("&#+233; &#x+e9; &#; &#x;"), ["&#+233; &#x+e9; &#; &#x;"], "no numbers");
        assert_eq!(of("1 < 2"), ["1 "], "as the parser of WebVTT has it");
        assert_eq!(of("</b></i>x{\\an8}"), ["x{\\an8}"]);
        assert_eq!(of("a\r\nb\rc\0"), ["a", "b", "c\u{fffd}"]);
        assert_eq!(of("\n \n"), Vec::<String>::new());
    }

    #[test]
    fn subrip() {
        let of = |text| shown(text, Notation::SubRip);
        assert_eq!(of("<i>a</i> <3 &amp; <FONT color=\"red\">b</FONT>"), ["[i:a] <3 &amp; b"]);
        assert_eq!(of("{\\an8}<B>up</B> {here}"), ["[b:up] {here}"]);
        assert_eq!(
            of("<i>a<br>b<BR />c</i><br/>\nd <brr> <br"),
            ["[i:a]", "[i:b]", "[i:c]", "d <brr> <br"]
        );
    }

    proptest! {
        #[test]
        fn never_panics(text in "(<|>|/|b|i|&|;|#|x|[{}\\\\]|\n|é|.){0,40}") {
            let _ = (shown(&text, Notation::WebVtt), shown(&text, Notation::SubRip));
        }
    }
}
