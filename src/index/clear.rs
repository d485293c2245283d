//! Fragments in the clear of a track that is protected: how packagers have a film begin before a key is there.

use super::wire::{FormatError, Reader, Writer};

/// The two sample entries that a protected track has in its file: that of protected samples, and the same of samples in
/// the clear (`ISO/IEC 14496-12` 8.5.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EntryPair {
    /// Which of them is that of samples in the clear, from 1.
    clear: u32,
    /// Which of them is of a fragment that does not say.
    default: u32,
}

impl EntryPair {
    /// A pair of which this one, counted from 1, is that of samples in the clear, and this one is of fragments that do
    /// not say; `None` if one of them is not of the two.
    pub fn new(clear: u32, default: u32) -> Option<Self> {
        let is_of_two = |entry| (1..=2).contains(&entry);
        (is_of_two(clear) && is_of_two(default)).then_some(Self { clear, default })
    }

    /// Whether the samples of a fragment that says to be of this entry are in the clear; `None` if it is of neither.
    pub fn is_clear(self, stated: Option<u32>) -> Option<bool> {
        let entry = stated.unwrap_or(self.default);
        (1..=2).contains(&entry).then_some(entry == self.clear)
    }
}

/// The fragments of a protected track that are in the clear.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Clear {
    /// How a fragment says that it is.
    pub entries: EntryPair,
    /// How many are before the first that is not, as far as they were read.
    pub first: usize,
}

impl Clear {
    pub(super) fn encode(clear: Option<Self>, out: &mut Writer) {
        let Some(Self { entries: EntryPair { clear, default }, first }) = clear else {
            return out.varint(0);
        };
        out.varint(clear.into());
        out.varint(default.into());
        out.count(first);
    }

    /// Reads which of the `count` fragments of a track are in the clear.
    pub(super) fn decode(from: &mut Reader<'_>, count: usize) -> Result<Option<Self>, FormatError> {
        let clear = from.narrow()?;
        if clear == 0 {
            return Ok(None);
        }
        let entries = EntryPair::new(clear, from.narrow()?)
            .ok_or(FormatError::Malformed("a sample entry is none of two"))?;
        match from.narrow()? {
            first if first <= count => Ok(Some(Self { entries, first })),
            _ => Err(FormatError::Malformed("more fragments are in the clear than there are")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_back_what_went_in() {
        for (clear, default, first) in [(1, 1, 0), (1, 2, 3), (2, 1, 5)] {
            let clear = Clear { entries: EntryPair::new(clear, default).unwrap(), first };
            let mut out = Writer::default();
            Clear::encode(Some(clear), &mut out);
            assert_eq!(Clear::decode(&mut Reader::new(&out.out), 5), Ok(Some(clear)));
        }
        let mut out = Writer::default();
        Clear::encode(None, &mut out);
        assert_eq!(out.out, [0]);
        assert_eq!(Clear::decode(&mut Reader::new(&[0]), 5), Ok(None));
        for wrong in [[3, 1, 0], [1, 0, 0], [2, 3, 0], [2, 1, 6]] {
            assert!(Clear::decode(&mut Reader::new(&wrong), 5).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_fragment_is_of_the_entry_that_it_says_or_else_of_the_default() {
        let pair = |clear, default| EntryPair::new(clear, default).unwrap();
        assert_eq!(pair(2, 1).is_clear(None), Some(false));
        assert_eq!(pair(2, 1).is_clear(Some(2)), Some(true));
        assert_eq!(pair(1, 1).is_clear(None), Some(true));
        assert_eq!(pair(1, 1).is_clear(Some(2)), Some(false));
        assert_eq!([pair(2, 1).is_clear(Some(0)), pair(2, 1).is_clear(Some(3))], [None, None]);
        assert_eq!([EntryPair::new(0, 1), EntryPair::new(1, 3)], [None, None]);
    }
}
