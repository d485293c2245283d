//! A column of numbers, each in as few bits as the widest of them needs.

use super::wire::{FormatError, Reader, Writer};

/// Unsigned numbers stored as differences from their minimum, all in the same number of bits,
/// so that any one of them is read without its neighbours.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct Packed {
    minimum: u64,
    /// Bits of each difference: 0 to 64.
    width: u8,
    /// The differences, each beginning at its least significant bit, filling bytes likewise.
    bits: Vec<u8>,
}

impl Packed {
    pub(super) fn new(values: &[u64]) -> Self {
        let bounds = |(least, most): (u64, u64), &value: &u64| (least.min(value), most.max(value));
        let (least, most) = values.iter().fold((u64::MAX, 0), bounds);
        // Of no values at all, 0.
        let minimum = least.min(most);
        let width = bit_width(most - minimum);
        let len = values.len().saturating_mul(width.into()).div_ceil(8);
        let mut bits = Bits { out: Vec::with_capacity(len), held: 0, held_bits: 0 };
        match width {
            0 => {}
            1..=32 => values.iter().for_each(|value| bits.push(value - minimum, width)),
            33.. => values.iter().for_each(|value| {
                let difference = value - minimum;
                bits.push(difference & u64::from(u32::MAX), 32);
                bits.push(difference >> 32, width - 32);
            }),
        }
        Self { minimum, width, bits: bits.finish() }
    }

    /// The number that all entries are, if they are the same in no bits.
    pub(super) fn even(&self) -> Option<u64> {
        (self.width == 0).then_some(self.minimum)
    }

    /// The least of all entries; 0 if there are none.
    pub(super) fn least(&self) -> u64 {
        self.minimum
    }

    /// The number at place `at`. The column does not know how many it holds: its owner does.
    pub(super) fn value(&self, at: usize) -> Option<u64> {
        self.even().or_else(|| self.within_word(at)).or_else(|| self.across_words(at))
    }

    /// The same of a column that is not even, if eight bytes have all of it, between bits of its neighbours.
    #[inline(always)]
    fn within_word(&self, at: usize) -> Option<u64> {
        let width = usize::from(self.width);
        let first_bit = at.checked_mul(width)?;
        let word = self.bits.get(first_bit / 8..)?.first_chunk()?;
        let unused = usize::try_from(u64::BITS).ok()?.checked_sub(first_bit % 8 + width)?;
        let above = u64::from_le_bytes(*word) << unused;
        self.minimum.checked_add(above >> (unused + first_bit % 8))
    }

    fn across_words(&self, at: usize) -> Option<u64> {
        let width = usize::from(self.width);
        let first_bit = at.checked_mul(width)?;
        let end_byte = first_bit.checked_add(width)?.div_ceil(8);
        let bytes = self.bits.get(first_bit / 8..end_byte)?;
        let mut window = 0u128;
        for (place, byte) in bytes.iter().enumerate() {
            window |= u128::from(*byte) << (8 * place);
        }
        let difference = (window >> (first_bit % 8)) & ((1 << width) - 1);
        self.minimum.checked_add(u64::try_from(difference).ok()?)
    }

    /// All `count` numbers that there are, in order: those in a row that are the same as one, with how many they are.
    pub(super) fn runs(&self, count: usize) -> impl Iterator<Item = (u64, usize)> {
        let is_even = self.even().is_some();
        let quickly = move |at| if is_even { None } else { self.within_word(at) };
        let value = move |at| match at < count {
            true => quickly(at).or_else(|| self.value(at)),
            false => None,
        };
        let (mut at, mut next) = (0, value(0));
        std::iter::from_fn(move || {
            let (first, same) = (at, next?);
            at = if is_even { count } else { at.saturating_add(1) };
            next = value(at);
            while next == Some(same) {
                at = at.saturating_add(1);
                next = value(at);
            }
            Some((same, at.saturating_sub(first)))
        })
    }

    pub(super) fn encode(&self, out: &mut Writer) {
        out.varint(self.minimum);
        out.u8(self.width);
        out.bytes(&self.bits);
    }

    /// A column of `count` numbers; `count` comes from elsewhere in the index.
    pub(super) fn decode(from: &mut Reader<'_>, count: usize) -> Result<Self, FormatError> {
        let minimum = from.varint()?;
        let width = from.u8()?;
        if width > 64 {
            return Err(FormatError::Malformed("a column is wider than 64 bits"));
        }
        let bits = count
            .checked_mul(usize::from(width))
            .ok_or(FormatError::Malformed("a column is too long"))?;
        let bits = from.bytes(bits.div_ceil(8))?.to_vec();
        Ok(Self { minimum, width, bits })
    }
}

/// Numbers one behind the other, bit by bit.
struct Bits {
    out: Vec<u8>,
    /// What is not written yet, which are fewer than 32 bits.
    held: u64,
    held_bits: u8,
}

impl Bits {
    /// A number of so many bits, of which 32 are the most.
    #[inline(always)]
    fn push(&mut self, number: u64, width: u8) {
        self.held |= number << self.held_bits;
        self.held_bits += width;
        if self.held_bits >= 32 {
            let [a, b, c, d, ..] = self.held.to_le_bytes();
            self.out.extend_from_slice(&[a, b, c, d]);
            self.held >>= 32;
            self.held_bits -= 32;
        }
    }

    fn finish(mut self) -> Vec<u8> {
        let left = self.held.to_le_bytes();
        self.out.extend(left.iter().take(self.held_bits.div_ceil(8).into()));
        self.out
    }
}

fn bit_width(value: u64) -> u8 {
    u8::try_from(u64::BITS - value.leading_zeros()).unwrap_or(64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(column: &Packed, count: usize) -> Vec<u64> {
        (0..count).map(|at| column.value(at).unwrap()).collect()
    }

    #[test]
    fn equal_numbers_take_no_bits() {
        let column = Packed::new(&[750_000; 1000]);
        assert_eq!((column.width, column.bits.len()), (0, 0));
        assert_eq!(column.value(999), Some(750_000));
        assert_eq!(column.runs(1000).collect::<Vec<_>>(), [(750_000, 1000)]);
        assert_eq!(column.runs(0).next(), None);
    }

    #[test]
    fn lies_as_the_format_says() {
        let column = Packed::new(&[10, 11, 12, 17]);
        assert_eq!((column.minimum, column.width), (10, 3));
        assert_eq!(column.bits, [0b1000_1000, 0b0000_1110]);
        assert_eq!(all(&column, 4), [10, 11, 12, 17]);
    }

    proptest! {
        #[test]
        fn gives_back_what_went_in(runs in prop::collection::vec((any::<u64>(), 1usize..4), 0..50)) {
            let values = runs.iter().flat_map(|&(value, count)| vec![value; count]);
            let values: Vec<u64> = values.collect();
            let column = Packed::new(&values);
            prop_assert_eq!(&all(&column, values.len()), &values);
            let runs: Vec<_> = column.runs(values.len()).collect();
            prop_assert!(runs.windows(2).all(|pair| pair[0].0 != pair[1].0));
            let runs = runs.into_iter().flat_map(|(value, count)| vec![value; count]);
            prop_assert_eq!(&runs.collect::<Vec<_>>(), &values);
            let mut out = Writer::default();
            column.encode(&mut out);
            let mut reader = Reader::new(&out.out);
            prop_assert_eq!(Packed::decode(&mut reader, values.len()).unwrap(), column);
            prop_assert!(reader.finish().is_ok());
        }
    }
}
