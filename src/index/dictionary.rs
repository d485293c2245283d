//! A column of numbers of which few are different.

use super::packed::Packed;
use super::wire::{FormatError, Reader, Writer};
use std::collections::HashMap;

/// Numbers stored as their places in a table of the different ones among them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Dictionary {
    values: Vec<u64>,
    picks: Packed,
}

impl Dictionary {
    /// Values up to which each is looked for one by one.
    const FEW: usize = 8;

    pub(super) fn new(column: &[u64]) -> Self {
        let mut values = Vec::new();
        let mut known = HashMap::new();
        let mut pick = |value| {
            // Most are among the first few, with which they are compared sooner than hashed.
            let few = values.get(..Self::FEW).unwrap_or(&values);
            let at =
                few.iter().position(|&few| few == value).or_else(|| known.get(&value).copied());
            at.unwrap_or_else(|| {
                known.insert(value, values.len());
                values.push(value);
                values.len() - 1
            })
        };
        let (mut last, mut picked) = (None, 0);
        let picks = column.iter().map(|&value| {
            // And of most columns the most are what the one before them is.
            if last != Some(value) {
                (last, picked) = (Some(value), u64::try_from(pick(value)).unwrap_or(u64::MAX));
            }
            picked
        });
        let picks = Packed::new(&picks.collect::<Vec<_>>());
        Self { values, picks }
    }

    /// The number at place `at`. Like a [`Packed`] it does not know how many it holds.
    pub(super) fn value(&self, at: usize) -> Option<u64> {
        let pick = usize::try_from(self.picks.value(at)?).ok()?;
        self.values.get(pick).copied()
    }

    pub(super) fn encode(&self, out: &mut Writer) {
        out.list(&self.values, |out, &value| out.varint(value));
        self.picks.encode(out);
    }

    pub(super) fn decode(from: &mut Reader<'_>, count: usize) -> Result<Self, FormatError> {
        Ok(Self { values: from.list(Reader::varint)?, picks: Packed::decode(from, count)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_number_for_all_takes_no_bits() {
        let mut out = Writer::default();
        Dictionary::new(&[1024; 5000]).encode(&mut out);
        assert_eq!(out.out, [1, 0x80, 0x08, 0, 0]);
    }

    proptest! {
        #[test]
        fn gives_back_what_went_in(column: Vec<u64>) {
            let dictionary = Dictionary::new(&column);
            for (at, value) in column.iter().enumerate() {
                prop_assert_eq!(dictionary.value(at), Some(*value));
            }
            let mut out = Writer::default();
            dictionary.encode(&mut out);
            let mut reader = Reader::new(&out.out);
            prop_assert_eq!(Dictionary::decode(&mut reader, column.len()).unwrap(), dictionary);
            prop_assert!(reader.finish().is_ok());
        }
    }
}
