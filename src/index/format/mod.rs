//! An index as one stored value: `docs/index-format.md`, which changes whenever this folder does.

mod stream;
#[cfg(test)]
mod tests;
mod track;

use super::wire::{Reader, Writer};
use super::{Attribute, Extras, FORMAT_VERSION, Folder, Generation};
use super::{Index, Protection, Source, Stream};
use std::rc::Rc;
use stream::{put_stream, stream};

pub use super::wire::FormatError;

const MAGIC: [u8; 4] = *b"MRIX";

impl Index {
    /// An index of `streams` in `sources` with nothing beside them; its generation follows from all that it is
    /// given.
    pub fn new(
        attributes: Vec<Attribute>,
        protections: Vec<Protection>,
        sources: Vec<Source>,
        streams: Vec<Stream>,
    ) -> Self {
        let (generation, extras) = (Generation::from_bytes([0; 8]), Extras::default());
        let index = Self { generation, attributes, protections, sources, streams, extras };
        index.with(Extras::default())
    }

    /// The same index with these `extras`, under the generation that follows from them.
    #[must_use]
    pub fn with(mut self, extras: Extras) -> Self {
        self.extras = extras;
        self.generation = Generation::of(&self.content());
        self
    }

    /// The stored form.
    pub fn encode(&self) -> Vec<u8> {
        [&MAGIC[..], &self.generation.bytes(), &self.content()].concat()
    }

    /// The index stored as `bytes`. Nothing is reserved on the word of a count that the bytes
    /// themselves could not fill.
    pub fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        let mut from = Reader::new(bytes);
        if from.array() != Ok(MAGIC) {
            return Err(FormatError::Magic);
        }
        let generation = Generation::from_bytes(from.array()?);
        let content = from.rest();
        known_version(&mut from)?;
        if Generation::of(content) != generation {
            return Err(FormatError::Digest);
        }
        let attributes = from.list(Attribute::decode)?;
        let protections = from.list(|from| {
            Ok(Protection {
                system_id: from.array()?,
                key_ids: from.list(Reader::array)?,
                data: from.blob()?.to_vec(),
            })
        })?;
        let sources = from.list(source)?;
        let streams = from.list(|from| stream(from, &sources))?;
        let extras = Extras::decode(&mut from)?;
        from.finish()?;
        Ok(Self { generation, attributes, protections, sources, streams, extras })
    }

    /// Everything that the generation is a digest of.
    fn content(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.u8(FORMAT_VERSION);
        out.list(&self.attributes, |out, attribute| attribute.encode(out));
        out.list(&self.protections, |out, protection| {
            out.bytes(&protection.system_id);
            out.list(&protection.key_ids, |out, key_id| out.bytes(key_id));
            out.blob(&protection.data);
        });
        out.list(&self.sources, |out, source| {
            out.string(&source.key);
            out.varint(source.size);
            out.string(&source.etag);
            if let Some(folder) = &source.folder {
                folder.encode(out);
            }
        });
        out.list(&self.streams, put_stream);
        self.extras.encode(&mut out);
        out.out
    }
}

/// Passes over the version, if it is the one that this build reads.
pub(super) fn known_version(from: &mut Reader<'_>) -> Result<(), FormatError> {
    match from.u8()? {
        FORMAT_VERSION => Ok(()),
        version => Err(FormatError::Version(version)),
    }
}

fn source(from: &mut Reader<'_>) -> Result<Source, FormatError> {
    let (key, size, etag) = (from.string()?, from.varint()?, from.string()?);
    if !key.ends_with('/') {
        return Ok(Source { key, size, etag, folder: None });
    }
    let folder = Folder::decode(from)?;
    if folder.size() != size {
        return Err(FormatError::Malformed("a folder has another size than its objects"));
    }
    match folder.etag() == etag {
        true => Ok(Source { key, size, etag, folder: Some(Rc::new(folder)) }),
        false => Err(FormatError::Malformed("a folder has another entity tag than its objects")),
    }
}
