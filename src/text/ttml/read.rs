//! From a TTML document to its cues: a walk through its elements.

use super::attributes::{self, Attributes};
use super::look::Styles;
use super::time::Clock;
use crate::base::xml;
use crate::text::cue::{Cue, Lines, Style};
use crate::text::error::{TextError, line_of};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::ops::Range;

/// The deepest nesting: spans can stand in each other.
const MAX_DEPTH: usize = 64;

/// The cues of a document in UTF-8 or UTF-16, in its order: each `p`, and each `span` with times of its own.
///
/// Times of `body`, `div` and `p` count as they enclose each other, side by side or one after the
/// other (`timeContainer`); so are bold, italic and underlined, also by reference to a style. An element
/// whose times cannot be read is not shown. Nothing at all is a document without cues, as fragments in
/// which nobody speaks often have it.
pub fn read(document: &[u8]) -> Result<Vec<Cue>, TextError> {
    if document.is_empty() {
        return Ok(Vec::new());
    }
    let text = xml::decode(document)?;
    let mut reader = Reader::from_str(&text);
    let mut document = Document::default();
    loop {
        let event = reader.read_event();
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let fault = |why: String| TextError::Ttml { line: line_of(text.as_bytes(), at), why };
        match event.map_err(|error| fault(xml::excerpt(&error.to_string())))? {
            Event::Start(start) => document.enter(&start).map_err(fault)?,
            Event::Empty(start) => {
                document.enter(&start).map_err(fault)?;
                document.leave();
            }
            Event::End(_) => document.leave(),
            Event::Text(text) => document.text(&text.xml10_content()),
            Event::CData(text) => document.text(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let unknown =
                    || fault(format!("&{};, which is not defined", xml::excerpt(&reference)));
                let character = match reference.resolve_char_ref().map_err(|_| unknown())? {
                    Some(character) => character,
                    None => predefined(&reference).ok_or_else(unknown)?,
                };
                document.text(character.encode_utf8(&mut [0; 4]));
            }
            Event::DocType(_) => return Err(xml::XmlError::DocumentType.into()),
            Event::Eof if !document.is_whole() => {
                return Err(fault("the document ends within its elements".to_owned()));
            }
            Event::Eof => return Ok(document.cues),
            _ => {}
        }
    }
}

fn predefined(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

/// A document under way.
#[derive(Default)]
struct Document {
    clock: Clock,
    styles: Styles,
    /// The elements that are open, the root first.
    elements: Vec<Element>,
    /// The cues that are open: those of the last are within those before.
    open: Vec<(Range<u64>, Lines)>,
    cues: Vec<Cue>,
    has_root: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// `tt`, `head` and what is in it, `body`, `div`.
    Outer,
    /// `p` and `span`.
    Text,
    Other,
}

struct Element {
    kind: Kind,
    time: Range<u64>,
    /// Where the next one in it begins, if they follow each other.
    follows: Option<u64>,
    style: Style,
    preserves_space: bool,
    /// Whether what is in it is a cue of its own.
    is_cue: bool,
}

impl Document {
    fn is_whole(&self) -> bool {
        self.has_root && self.elements.is_empty()
    }

    fn enter(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        let name = start.local_name();
        let name = name.as_ref();
        if self.elements.is_empty() && (name != "tt" || self.has_root) {
            return Err(format!(
                "the root element is {}, where TTML has one tt",
                xml::excerpt(name)
            ));
        }
        if self.elements.len() == MAX_DEPTH {
            return Err(format!("elements nest more than {MAX_DEPTH} deep"));
        }
        if self.elements.is_empty() {
            self.clock = attributes::clock(start)?;
            self.has_root = true;
        }
        let said = Attributes::read(start, &self.styles)?;
        let outer = self.elements.last();
        let parent = outer.map_or(Kind::Outer, |outer| outer.kind);
        if let Some(id) = said.id.as_ref().filter(|_| name == "style") {
            self.styles.define(id, said.look);
        }
        let kind = match (name, parent) {
            ("tt" | "head" | "styling" | "body" | "div", Kind::Outer) => Kind::Outer,
            ("p", Kind::Outer) | ("span", Kind::Text) => Kind::Text,
            _ => Kind::Other,
        };
        let time = self.time(&said);
        let is_cue = kind == Kind::Text && (name == "p" || said.is_timed());
        let element = Element {
            kind,
            follows: said.is_sequence.then_some(time.start),
            style: said.look.within(outer.map(|it| it.style).unwrap_or_default()),
            preserves_space: said
                .preserves_space
                .unwrap_or(outer.is_some_and(|it| it.preserves_space)),
            is_cue,
            time,
        };
        if name == "br" && parent == Kind::Text {
            self.end_line();
        }
        if is_cue {
            self.open.push((element.time.clone(), Lines::default()));
        }
        self.elements.push(element);
        Ok(())
    }

    fn leave(&mut self) {
        let Some(element) = self.elements.pop() else { return };
        if element.is_cue
            && let Some((time, mut lines)) = self.open.pop()
        {
            if !element.preserves_space {
                lines.trim_end();
            }
            let lines = lines.finish();
            if time.start < time.end && !lines.is_empty() {
                self.cues.push(Cue { time, settings: String::new(), lines });
            }
        }
        if let Some(follows) = self.elements.last_mut().and_then(|outer| outer.follows.as_mut()) {
            *follows = element.time.end;
        }
    }

    /// When an element is there, within what it is in (`TTML1` 10.4).
    fn time(&self, said: &Attributes) -> Range<u64> {
        let (base, limit) = match self.elements.last() {
            Some(outer) => (outer.follows.unwrap_or(outer.time.start), outer.time.end),
            None => (0, u64::MAX),
        };
        let read = |said: &Option<String>| said.as_ref().map(|text| self.clock.read(text));
        let (begin, end, duration) = (read(&said.begin), read(&said.end), read(&said.duration));
        if [begin, end, duration].contains(&Some(None)) {
            return base..base;
        }
        let start = base.saturating_add(begin.flatten().unwrap_or(0)).min(limit);
        let ends = [
            end.flatten().map(|end| base.saturating_add(end)),
            duration.flatten().map(|lasts| start.saturating_add(lasts)),
        ];
        let end = ends.into_iter().flatten().chain([limit]).min().unwrap_or(limit);
        start..end.max(start)
    }

    fn text(&mut self, text: &str) {
        let Some(element) = self.elements.last().filter(|it| it.kind == Kind::Text) else { return };
        let Some((_, lines)) = self.open.last_mut() else { return };
        if element.preserves_space {
            for (at, line) in text.split('\n').enumerate() {
                if at > 0 {
                    lines.end_line();
                }
                lines.push(element.style, line);
            }
            return;
        }
        let is_space = |character: char| matches!(character, ' ' | '\t' | '\n' | '\r');
        for run in text.split_inclusive(is_space) {
            let word = run.trim_end_matches(is_space);
            lines.push(element.style, word);
            if word.len() < run.len() && !lines.ends_blank() {
                lines.push(element.style, " ");
            }
        }
    }

    fn end_line(&mut self) {
        let preserves_space = self.elements.last().is_some_and(|it| it.preserves_space);
        if let Some((_, lines)) = self.open.last_mut() {
            if !preserves_space {
                lines.trim_end();
            }
            lines.end_line();
        }
    }
}

#[cfg(test)]
mod tests;
