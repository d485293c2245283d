//! Streams whose samples stand in the manifest: chapters, script commands, and what sparse streams carry.

use super::sample::Sample;
use crate::base::xml::{self, Element, XmlError};
use crate::index::{Attribute, Control};

/// What a client manifest has of a stream of text besides its chunks.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Controls {
    /// The samples that stand in the manifest, in its order.
    pub samples: Vec<Sample>,
    /// The element as it stands there; `None` if it is larger than [`Controls::MAX_LEN`] or has more samples than
    /// [`Controls::MAX_SAMPLES`].
    pub control: Option<Control>,
}

impl Controls {
    /// The most bytes of such streams that are kept.
    pub const MAX_LEN: usize = 256 << 10;
    /// The most samples that are kept.
    pub const MAX_SAMPLES: usize = 2000;
}

/// A `StreamIndex` of which a part has been read.
#[derive(Default)]
pub(super) struct Keeping {
    attributes: Vec<Attribute>,
    content: String,
    samples: Vec<Sample>,
    /// The names of the elements that have not ended.
    open: Vec<String>,
    /// Whether nothing is in the last of them yet.
    is_bare: bool,
    /// Whether it says that it has samples.
    is_promised: bool,
    is_too_much: bool,
}

impl Keeping {
    /// A stream with the attributes of `element`.
    pub(super) fn new(element: &Element<'_, '_>) -> Result<Self, XmlError> {
        let mut keeping = Self::default();
        for attribute in element.attributes() {
            let (name, value) = attribute?;
            keeping.is_promised |= name == "ManifestOutput" && value.eq_ignore_ascii_case("true");
            keeping.attributes.push(Attribute { name: name.to_owned(), value: value.into_owned() });
        }
        let len: usize = keeping.attributes.iter().map(|it| it.name.len() + it.value.len()).sum();
        keeping.is_too_much = len > Controls::MAX_LEN;
        Ok(keeping)
    }

    /// Takes the next element of the stream, which is at `path` in it. `chunk` is when the last chunk starts and how long
    /// it is said to last; of ticks there are so many a second.
    pub(super) fn element(
        &mut self,
        path: &str,
        element: &Element<'_, '_>,
        chunk: (u64, Option<u64>),
        ticks: u64,
    ) -> Result<(), XmlError> {
        match path {
            "c/f" => self.samples.extend(Sample::of_fragment(element, chunk)),
            "Content/Marker" => self.samples.push(Sample::of_marker(element, ticks)?),
            "Content/ScriptCommand" | "Content/Sample" => self.samples.push(Sample::other()),
            _ => {}
        }
        let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
        let depth = if above.is_empty() { 0 } else { above.split('/').count() };
        self.close(depth);
        self.is_too_much |=
            self.content.len() > Controls::MAX_LEN || self.samples.len() > Controls::MAX_SAMPLES;
        match self.is_too_much {
            true => {
                self.content.clear();
                self.samples.truncate(Controls::MAX_SAMPLES);
                Ok(())
            }
            false => self.write(name, element),
        }
    }

    fn write(&mut self, name: &str, element: &Element<'_, '_>) -> Result<(), XmlError> {
        self.fill();
        self.content.push('<');
        self.content.push_str(name);
        for attribute in element.attributes() {
            let (name, value) = attribute?;
            self.content.push(' ');
            self.content.push_str(name);
            self.content.push_str("=\"");
            xml::escape(&value, &mut self.content);
            self.content.push('"');
        }
        self.open.push(name.to_owned());
        self.is_bare = true;
        let text = element.text();
        if !text.trim().is_empty() {
            self.fill();
            xml::escape(text.trim(), &mut self.content);
        }
        Ok(())
    }

    /// Ends the start tag of the last element.
    fn fill(&mut self) {
        if std::mem::take(&mut self.is_bare) {
            self.content.push('>');
        }
    }

    /// Ends all elements that are `depth` deep or deeper.
    fn close(&mut self, depth: usize) {
        while self.open.len() > depth {
            let Some(name) = self.open.pop() else { return };
            if std::mem::take(&mut self.is_bare) {
                self.content.push_str("/>");
            } else {
                self.content.push_str("</");
                self.content.push_str(&name);
                self.content.push('>');
            }
        }
    }

    /// What the stream has besides its chunks; `None` if that is nothing.
    pub(super) fn finish(mut self) -> Option<Controls> {
        self.close(0);
        let Self { attributes, content, samples, .. } = self;
        if samples.is_empty() && !self.is_promised {
            return None;
        }
        let control = (!self.is_too_much).then_some(Control { attributes, content });
        Some(Controls { samples, control })
    }
}
