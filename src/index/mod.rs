//! The index of a presentation: what there is to play, and where every fragment of it lies.
//!
//! An [`Index`] is made once ([`crate::assemble`]), stored as one value ([`Index::encode`],
//! `docs/index-format.md`) and asked many times. A lookup decodes a handful of entries, however
//! long the presentation is. Of progressive MP4s, whose fragments are made of their samples, each
//! [`Page`] of the sample tables is a value of its own.

mod attribute;
mod bundle;
mod carriage;
mod clear;
mod coding;
mod cues;
mod dictionary;
mod digest;
mod extents;
mod extras;
mod folder;
mod format;
mod generation;
mod labels;
mod model;
mod packed;
mod page;
mod pages;
mod peak;
mod rates;
mod reads;
mod sampled;
mod segments;
mod source;
mod span;
mod tags;
mod timeline;
mod version;
mod wire;

pub use attribute::Attribute;
pub use bundle::{Bundle, PageValue};
pub use carriage::{Carriage, Defaults, Rewriting};
pub use clear::{Clear, EntryPair};
pub use coding::{AudioFormat, Format, FourCc, StreamKind, TextFormat, VideoFormat};
pub use cues::Cues;
pub use digest::Digest;
pub use extents::Extents;
pub use extras::{Chapter, Control, Extras, Splice, Turn};
pub use folder::{Folder, Piece};
pub use format::FormatError;
pub use generation::Generation;
pub use labels::Labels;
pub use model::{Index, Media, Protection, Stream, Track};
pub use page::Page;
pub use pages::{PageEntry, Pages};
pub use peak::bits_a_second;
pub use rates::BitRates;
pub use reads::Reads;
pub use sampled::{Run, SampledFragment};
pub use segments::Segment;
pub use source::Source;
pub use span::span;
pub use timeline::Timeline;
pub use version::FORMAT_VERSION;
