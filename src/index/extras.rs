//! Chapters, splices, and what else a presentation has beside streams of media.

use super::Attribute;
use super::wire::{FormatError, Reader, Writer};
use crate::base::target::SegmentTarget;

/// Chapters, splices, control streams and segment target of a presentation. Times are in ticks of 1/10,000,000 s.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Extras {
    /// About how long its segments last, if it decides that by itself.
    pub target: Option<SegmentTarget>,
    /// What only clients of Smooth Streaming get, and as it was found.
    pub controls: Vec<Control>,
    /// In order of time.
    pub chapters: Vec<Chapter>,
    /// In order of time.
    pub splices: Vec<Splice>,
}

/// A stream of an `.ismc` whose samples stand in the manifest: a `StreamIndex` as it was found (`[MS-SSTR]` 2.2.2.3).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Control {
    /// All of the element, in order.
    pub attributes: Vec<Attribute>,
    /// The elements in it, as XML without prefixes.
    pub content: String,
}

impl Control {
    /// Bytes of what is kept of it.
    pub fn size(&self) -> usize {
        let attributes =
            self.attributes.iter().map(|it| it.name.len().saturating_add(it.value.len()));
        attributes.fold(self.content.len(), usize::saturating_add)
    }
}

/// A chapter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chapter {
    /// When it begins.
    pub start: u64,
    /// The language of its title, as the manifest has it; empty if unknown.
    pub language: String,
    /// What viewers read.
    pub title: String,
}

/// A place for advertisements, or another thing that SCTE 35 announces.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Splice {
    /// When it happens.
    pub start: u64,
    /// How long it lasts; 0 if that is not known.
    pub duration: u64,
    /// The `splice_event_id` of a `splice_insert`, and 0 of all else.
    pub event: u32,
    /// Where it leads.
    pub turn: Turn,
    /// The whole `splice_info_section` (SCTE 35, 9.6).
    pub section: Vec<u8>,
}

/// The direction of a splice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Turn {
    /// Out of the film.
    Out,
    /// Back into it.
    In,
    /// Nowhere, or its section does not say.
    Other,
}

impl Extras {
    pub(super) fn encode(&self, out: &mut Writer) {
        out.varint(self.target.map_or(0, |target| u64::from(target.milliseconds()) + 1));
        out.list(&self.controls, |out, control| {
            out.list(&control.attributes, |out, attribute| attribute.encode(out));
            out.string(&control.content);
        });
        out.list(&self.chapters, |out, chapter| {
            out.varint(chapter.start);
            out.string(&chapter.language);
            out.string(&chapter.title);
        });
        out.list(&self.splices, |out, splice| {
            out.varint(splice.start);
            out.varint(splice.duration);
            out.varint(splice.event.into());
            out.u8(match splice.turn {
                Turn::Out => 0,
                Turn::In => 1,
                Turn::Other => 2,
            });
            out.blob(&splice.section);
        });
    }

    pub(super) fn decode(from: &mut Reader<'_>) -> Result<Self, FormatError> {
        let target = match from.narrow::<u32>()? {
            0 => None,
            more => {
                let target = SegmentTarget::new(more - 1);
                Some(target.ok_or(FormatError::Malformed("segments are to last too long"))?)
            }
        };
        let controls = from.list(|from| {
            let attributes = from.list(Attribute::decode)?;
            Ok(Control { attributes, content: from.string()? })
        })?;
        let chapters = from.list(|from| {
            let (start, language) = (from.varint()?, from.string()?);
            Ok(Chapter { start, language, title: from.string()? })
        })?;
        let splices = from.list(|from| {
            let (start, duration, event) = (from.varint()?, from.varint()?, from.narrow()?);
            let turn = match from.u8()? {
                0 => Turn::Out,
                1 => Turn::In,
                2 => Turn::Other,
                _ => return Err(FormatError::Malformed("a splice leads nowhere known")),
            };
            Ok(Splice { start, duration, event, turn, section: from.blob()?.to_vec() })
        })?;
        Ok(Self { target, controls, chapters, splices })
    }
}
