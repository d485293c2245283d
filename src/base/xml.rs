//! Reading the XML that is found in storage, and escaping what is written.
//!
//! Both manifests of a presentation say nearly everything in attributes, so what is read is elements,
//! each with the path of names that leads to it, and text only where an element consists of it. The documents come from outside: a document type
//! is refused, no entity but the five predefined ones is known, and size, depth and number of
//! elements are bounded.

use super::coding::{marked_utf16, utf16, windows_1252};
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::borrow::Cow;
use thiserror::Error;

/// The largest document that is read, in bytes: a day of ten streams, one `c` a chunk, is 13 MB.
pub const MAX_SIZE: usize = 16 << 20;
/// The deepest nesting; a client manifest goes to five.
const MAX_DEPTH: usize = 16;
/// The most elements in a document.
const MAX_ELEMENTS: usize = 1_000_000;
/// What a declaration calls the one-byte coding of the West.
const WESTERN: [&[u8]; 4] = [b"iso-8859-1", b"latin1", b"windows-1252", b"cp1252"];

/// Why bytes are not a document that can be read.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum XmlError {
    /// It exceeds [`MAX_SIZE`].
    #[error("the document has {0} bytes, more than the {MAX_SIZE} that are read")]
    Size(usize),
    /// There is nothing in it.
    #[error("the document is empty")]
    Empty,
    /// It is neither UTF-8 nor UTF-16, nor what it says that it is.
    #[error("the document is neither valid UTF-8 nor UTF-16: save it as UTF-8")]
    Encoding,
    /// It holds a character that XML does not allow, such as NUL.
    #[error("the document holds the character U+{code:04X}, which XML does not allow", code = u32::from(*.0))]
    Character(char),
    /// It is not well formed.
    #[error("the document is not well formed at byte {at}: {why}")]
    Malformed {
        /// Near which byte of the text.
        at: u64,
        /// What is wrong there.
        why: String,
    },
    /// A tag of it is not well formed.
    #[error("the element {element} is not well formed: {why}")]
    Element {
        /// Its path.
        element: String,
        /// What is wrong with it.
        why: String,
    },
    /// It has a document type, which could define entities (`[MS-SSTR]` 2.2.2 forbids one).
    #[error("the document has a document type declaration, which it must not have")]
    DocumentType,
    /// Its elements nest too deeply.
    #[error("the document's elements nest more than {MAX_DEPTH} deep")]
    Depth,
    /// It has too many elements.
    #[error("the document has more than {MAX_ELEMENTS} elements")]
    Elements,
    /// It has no element, or a second one beside the root.
    #[error("the document does not have exactly one root element")]
    Root,
}

/// The text of a document in UTF-8 or UTF-16, with a byte order mark or without, or in the one-byte coding of the West if it says so.
///
/// The bytes decide, not the declaration: files saved as UTF-8 that call themselves `utf-16` exist. It is asked where they are
/// neither.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, XmlError> {
    if bytes.len() > MAX_SIZE {
        return Err(XmlError::Size(bytes.len()));
    }
    let text = match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => marked_utf16(bytes).map(Cow::from),
        [b'<', 0, ..] => utf16(bytes, u16::from_le_bytes).map(Cow::from),
        [0, b'<', ..] => utf16(bytes, u16::from_be_bytes).map(Cow::from),
        [0xef, 0xbb, 0xbf, rest @ ..] | rest => match std::str::from_utf8(rest) {
            Ok(text) => Some(text.into()),
            Err(_) => windows_1252(rest).filter(|_| declares_western(rest)).map(Cow::from),
        },
    };
    let text = text.ok_or(XmlError::Encoding)?;
    if text.trim().is_empty() {
        return Err(XmlError::Empty);
    }
    allowed(&text)?;
    Ok(text)
}

/// Whether a document says that it is in ISO 8859-1 or in Windows-1252, which readers take for the same.
fn declares_western(document: &[u8]) -> bool {
    let declaration = document.split(|&byte| byte == b'>').next().unwrap_or_default();
    let mut values = declaration.split(|byte| matches!(byte, b'"' | b'\''));
    let is_western = |value: &[u8]| WESTERN.iter().any(|name| value.eq_ignore_ascii_case(name));
    declaration.starts_with(b"<?xml") && values.any(is_western)
}

/// The elements of a document, in order.
pub struct Elements<'a> {
    reader: Reader<&'a [u8]>,
    path: String,
    depth: usize,
    count: usize,
    /// Whether the last element had no content, so that no end tag leaves it.
    empty: bool,
}

/// An element: its place in the document, and its attributes.
pub struct Element<'e, 'a> {
    /// The names from the root down to it, without prefixes, separated by `/`.
    pub path: &'e str,
    start: BytesStart<'a>,
    /// Behind its start tag; `None` if that is its end, too.
    behind: Option<&'e Reader<&'a [u8]>>,
}

impl<'a> Elements<'a> {
    /// The elements of the document in `text`.
    pub fn new(text: &'a str) -> Self {
        let reader = Reader::from_str(text);
        Self { reader, path: String::new(), depth: 0, count: 0, empty: false }
    }

    /// The next element; `None` after the last.
    pub fn read(&mut self) -> Result<Option<Element<'_, 'a>>, XmlError> {
        if std::mem::take(&mut self.empty) {
            self.leave();
        }
        loop {
            let event = self.reader.read_event().map_err(|error| XmlError::Malformed {
                at: self.reader.error_position(),
                why: excerpt(&error.to_string()),
            })?;
            match event {
                Event::Start(start) => return self.enter(start).map(Some),
                Event::Empty(start) => {
                    self.empty = true;
                    return self.enter(start).map(Some);
                }
                Event::End(_) => self.leave(),
                Event::DocType(_) => return Err(XmlError::DocumentType),
                Event::Eof if self.depth > 0 => {
                    let why = format!("{} is never closed", excerpt(&self.path));
                    return Err(XmlError::Malformed { at: self.reader.buffer_position(), why });
                }
                Event::Eof if self.count == 0 => return Err(XmlError::Root),
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }

    fn enter(&mut self, start: BytesStart<'a>) -> Result<Element<'_, 'a>, XmlError> {
        if self.depth == 0 && self.count > 0 {
            return Err(XmlError::Root);
        }
        if self.depth == MAX_DEPTH {
            return Err(XmlError::Depth);
        }
        if self.count == MAX_ELEMENTS {
            return Err(XmlError::Elements);
        }
        if self.depth > 0 {
            self.path.push('/');
        }
        self.path.push_str(start.local_name().as_ref());
        self.depth += 1;
        self.count += 1;
        let behind = (!self.empty).then_some(&self.reader);
        Ok(Element { path: &self.path, start, behind })
    }

    fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.path.truncate(self.path.rfind('/').unwrap_or(0));
    }
}

impl<'a> Element<'_, 'a> {
    /// Its attributes, names with values unescaped. Those of other vocabularies, which have a
    /// prefix, and declarations of namespaces are passed over.
    pub fn attributes(&self) -> impl Iterator<Item = Result<(&str, Cow<'_, str>), XmlError>> {
        let malformed =
            |why: String| XmlError::Element { element: excerpt(self.path), why: excerpt(&why) };
        self.start.attributes().filter_map(move |attribute| {
            let attribute = match attribute {
                Ok(attribute) => attribute,
                Err(error) => return Some(Err(malformed(error.to_string()))),
            };
            let name = attribute.key.into_inner();
            if name == "xmlns" || name.contains(':') {
                return None;
            }
            let value = match attribute.normalized_value(XmlVersion::Implicit1_0) {
                Ok(value) => value,
                Err(error) => return Some(Err(malformed(error.to_string()))),
            };
            Some(allowed(&value).map(|()| (name, value)))
        })
    }

    /// All of its text up to the first tag in it, references resolved; a reference that XML does not know is left out.
    pub fn whole_text(&self) -> String {
        let mut whole = String::new();
        let Some(mut reader) = self.behind.cloned() else { return whole };
        loop {
            match reader.read_event() {
                Ok(Event::Text(text)) => whole.push_str(&text.into_inner()),
                Ok(Event::CData(text)) => whole.push_str(&text.into_inner()),
                Ok(Event::GeneralRef(name)) => match name.resolve_char_ref() {
                    Ok(Some(character)) => whole.push(character),
                    _ => whole.extend(resolve_xml_entity(&name)),
                },
                _ => return whole,
            }
        }
    }

    /// The text that it begins with, up to the first tag or reference in it. What is not well formed is
    /// found when the next element is read.
    pub fn text(&self) -> Cow<'a, str> {
        match self.behind.cloned().map(|mut reader| reader.read_event()) {
            Some(Ok(Event::Text(text))) => text.into_inner(),
            Some(Ok(Event::CData(text))) => text.into_inner(),
            _ => Cow::default(),
        }
    }
}

/// The beginning of `text`: as much of it as an error message should repeat.
pub fn excerpt(text: &str) -> String {
    match text.char_indices().nth(100) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Whether `name` can be an attribute's name as it stands: of ASCII, without a prefix.
pub fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
        && name != "xmlns"
}

/// Appends `text` as it must stand in an attribute's value. What XML does not allow is left out.
pub fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            other if is_allowed(other) => out.push(other),
            _ => {}
        }
    }
}

fn allowed(text: &str) -> Result<(), XmlError> {
    text.chars().find(|&other| !is_allowed(other)).map_or(Ok(()), |c| Err(XmlError::Character(c)))
}

/// `Char` of XML 1.0, production 2.
fn is_allowed(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests;
