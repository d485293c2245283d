//! The pages of a track of a progressive MP4, and the fragments that each describes.

use super::wire::{FormatError, Reader, Writer};
use super::{Digest, Reads};
use crate::base::time::Timescale;

/// The pages of one track, each a value of its own ([`super::Page`]).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pages {
    /// Ticks a second of what pages say, which are the file's own. Fragments have the stream's.
    pub timescale: Timescale,
    /// How many ticks come before what the file's edit list shows first: what [`super::Rewriting::early`]
    /// is to stored fragments.
    pub early: u64,
    /// The pages in order.
    pub entries: Vec<PageEntry>,
    /// Which reads give all samples of each fragment.
    pub reads: Reads,
}

/// One page, as the index knows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PageEntry {
    /// How many fragments it describes.
    pub fragments: usize,
    /// What its bytes must have.
    pub digest: Digest,
}

impl Pages {
    /// How many fragments there are.
    pub fn len(&self) -> usize {
        fragments(&self.entries)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The page that describes the fragment at place `at`, and the fragment's place in it.
    pub fn find(&self, at: usize) -> Option<(usize, usize)> {
        let mut left = at;
        for (page, entry) in self.entries.iter().enumerate() {
            match left.checked_sub(entry.fragments) {
                Some(behind) => left = behind,
                None => return Some((page, left)),
            }
        }
        None
    }

    pub(super) fn encode(&self, out: &mut Writer) {
        out.varint(self.timescale.ticks_per_second().into());
        out.varint(self.early);
        out.list(&self.entries, |out, page| {
            out.count(page.fragments);
            out.bytes(&page.digest.bytes());
        });
        self.reads.encode(out);
    }

    /// The pages of `count` fragments: as many as the stream's timeline has chunks.
    pub(super) fn decode(from: &mut Reader<'_>, count: usize) -> Result<Self, FormatError> {
        let timescale =
            Timescale::new(from.narrow()?).ok_or(FormatError::Malformed("a timescale is zero"))?;
        let early = from.varint()?;
        let entries = from.list(|from| {
            let fragments = from.narrow()?;
            Ok(PageEntry { fragments, digest: Digest::from_bytes(from.array()?) })
        })?;
        if fragments(&entries) != count {
            return Err(FormatError::Malformed("pages do not tell of every chunk"));
        }
        Ok(Self { timescale, early, entries, reads: Reads::decode(from, count)? })
    }
}

fn fragments(entries: &[PageEntry]) -> usize {
    entries.iter().fold(0, |sum, page| sum.saturating_add(page.fragments))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_page_and_the_place_in_it() {
        let entry = |fragments| PageEntry { fragments, digest: Digest::of(&[]) };
        let entries = vec![entry(3), entry(0), entry(2)];
        let reads = Reads::new(&[]);
        let pages = Pages { timescale: Timescale::SMOOTH, early: 0, entries, reads };
        let found: Vec<_> = (0..6).map(|at| pages.find(at)).collect();
        let expected = [Some((0, 0)), Some((0, 1)), Some((0, 2)), Some((2, 0)), Some((2, 1)), None];
        assert_eq!(found, expected);
        assert_eq!(pages.len(), 5);
    }
}
