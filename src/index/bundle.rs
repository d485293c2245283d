//! An index with its pages, as one run of bytes: what the command line writes and a deployment is
//! sent.

use super::format::FormatError;
use super::wire::{Reader, Writer};
use super::{Digest, Index, Media, Page, PageEntry};
use std::rc::Rc;

const MAGIC: [u8; 4] = *b"MRBN";

/// An index, and the values of all the pages that it names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bundle {
    /// The index.
    pub index: Index,
    /// Its pages: of every track in the order of the streams, and of each in order.
    pub pages: Vec<PageValue>,
}

/// A page in its stored form, and the name that it has in its index.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PageValue {
    /// What the index calls it: the digest of its stored form.
    pub digest: Digest,
    /// Its stored form.
    pub value: Rc<[u8]>,
}

impl Bundle {
    /// The stored form: of an index without pages, its own.
    pub fn encode(&self) -> Vec<u8> {
        let index = self.index.encode();
        if self.pages.is_empty() {
            return index;
        }
        let mut out = Writer::default();
        out.bytes(&MAGIC);
        out.blob(&index);
        self.pages.iter().for_each(|page| out.blob(&page.value));
        out.out
    }

    /// The index stored as `bytes`, with every page that it names, each of which has been read.
    pub fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        let mut from = Reader::new(bytes);
        if from.array() != Ok(MAGIC) {
            let index = Index::decode(bytes)?;
            if index.pages().next().is_some() {
                return Err(FormatError::Malformed("its pages are missing"));
            }
            return Ok(Self { index, pages: Vec::new() });
        }
        let index = Index::decode(from.blob()?)?;
        let mut pages = Vec::new();
        for PageEntry { fragments, digest } in index.pages() {
            let value = from.blob()?;
            if Page::decode(value, digest)?.len() != fragments {
                return Err(FormatError::Malformed("a page has other fragments than stated"));
            }
            pages.push(PageValue { digest, value: value.into() });
        }
        from.finish()?;
        Ok(Self { index, pages })
    }
}

impl Index {
    /// The page that goes on where this one ends: the next of its track, if there is one.
    pub fn page_behind(&self, page: Digest) -> Option<Digest> {
        let tracks = self.streams.iter().flat_map(|stream| &stream.tracks);
        let mut pages = tracks.filter_map(|track| match &track.media {
            Media::Fragments { .. } | Media::Cues(_) => None,
            Media::Samples(pages) => Some(&pages.entries),
        });
        pages.find_map(|entries| {
            let at = entries.iter().position(|entry| entry.digest == page)?;
            entries.get(at.checked_add(1)?).map(|entry| entry.digest)
        })
    }

    /// Every page that it names: of every track in the order of the streams, and of each in order.
    pub fn pages(&self) -> impl Iterator<Item = PageEntry> {
        let tracks = self.streams.iter().flat_map(|stream| &stream.tracks);
        let entries = tracks.flat_map(|track| match &track.media {
            Media::Fragments { .. } | Media::Cues(_) => &[][..],
            Media::Samples(pages) => &pages.entries,
        });
        entries.copied()
    }
}
