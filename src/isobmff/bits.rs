//! Bits read one after the other, most significant first.

/// A cursor over bits. A step that would lead beyond the last one gives `None`.
#[derive(Clone, Debug)]
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Bits<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// How many bits have been read.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The next `count` bits, 32 at most, as a number.
    pub(super) fn take(&mut self, count: usize) -> Option<u32> {
        (0..count).try_fold(0, |value, _| {
            let byte = self.bytes.get(self.at / 8)?;
            let bit = (byte >> (7 - self.at % 8)) & 1;
            self.at += 1;
            Some((value << 1) | u32::from(bit))
        })
    }

    /// The next `count` bits, 8 at most.
    pub(super) fn u8(&mut self, count: usize) -> Option<u8> {
        u8::try_from(self.take(count)?).ok()
    }

    /// The next bit.
    pub(super) fn flag(&mut self) -> Option<bool> {
        self.take(1).map(|bit| bit != 0)
    }

    /// Passes `count` bits over.
    pub(super) fn skip(&mut self, count: usize) -> Option<()> {
        self.at = self.at.checked_add(count).filter(|&at| at.div_ceil(8) <= self.bytes.len())?;
        Some(())
    }

    /// Passes over what is left of a byte that has been begun.
    pub(super) fn align(&mut self) -> Option<()> {
        self.skip(self.at.next_multiple_of(8) - self.at)
    }

    /// An Exp-Golomb number (`ISO/IEC 14496-10` 9.1): so many zeros, a one, and so many bits. What is
    /// signed takes as much room.
    pub(super) fn golomb(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while !self.flag()? {
            zeros += 1;
        }
        let rest = if zeros < 32 { self.take(zeros)? } else { return None };
        1u32.checked_shl(u32::try_from(zeros).ok()?)?.checked_add(rest)?.checked_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::from_bits;

    #[test]
    fn numbers_of_all_lengths() {
        let mut bits = Bits::new(&[0b1010_0101, 0b1100_0000]);
        assert_eq!((bits.take(3), bits.flag(), bits.u8(4)), (Some(5), Some(false), Some(5)));
        assert_eq!(bits.at(), 8);
        assert_eq!(bits.skip(1), Some(()));
        assert_eq!((bits.align(), bits.at(), bits.align()), (Some(()), 16, Some(())));
        assert_eq!((bits.take(0), bits.take(1), bits.skip(1)), (Some(0), None, None));
    }

    #[test]
    fn exp_golomb() {
        let bytes = from_bits(&["1", "010", "011", "00100", "00101", "1"].concat());
        let mut bits = Bits::new(&bytes);
        let read: Vec<_> = std::iter::from_fn(|| bits.golomb()).collect();
        assert_eq!(read, [0, 1, 2, 3, 4, 0]);
        assert_eq!(Bits::new(&[0; 100]).golomb(), None);
        assert_eq!(Bits::new(&[0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff]).golomb(), Some(0xffff_fffe));
        assert_eq!(Bits::new(&[0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff]).golomb(), None);
    }
}
