//! The index of a presentation: what there is to play, and where every fragment of it lies.
//!
//! An [`Index`] is made once ([`crate::assemble`]), stored as one value ([`Index::encode`],
//! `docs/index-format.md`) and asked many times. A lookup decodes a handful of entries, however
//! long the presentation is.

mod extents;
mod format;
mod generation;
mod model;
mod packed;
mod timeline;
mod wire;

pub use extents::Extents;
pub use format::{FORMAT_VERSION, FormatError};
pub use generation::Generation;
pub use model::{
    Attribute, AudioFormat, Format, FourCc, Index, Source, Stream, StreamKind, TextFormat, Track,
    VideoFormat,
};
pub use timeline::{Chunk, Timeline};
