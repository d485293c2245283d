//! Tables that write equal values in a row once.

use crate::isobmff::{BoxError, BoxRef};

/// An `stts` (`ISO/IEC 14496-12` 8.6.1.2) or a `ctts` (8.6.1.3): one value a sample.
///
/// Writers miscount: what a table says of more samples than there are says nothing, and where it falls
/// short, players go on with a value of their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Runs<'a> {
    /// How many samples, and the value of each.
    entries: &'a [[u8; 8]],
}

impl<'a> Runs<'a> {
    /// The table in this box.
    pub(super) fn parse(table: &BoxRef<'a>) -> Result<Self, BoxError> {
        let mut fields = table.fields();
        fields.known_version()?;
        Ok(Self { entries: fields.entries()? })
    }

    /// The value of the last run; `None` if there is none.
    pub(super) fn last(self) -> Option<u32> {
        self.entries.last().map(|entry| words(entry).1)
    }

    /// The least and the greatest of all values and `rest`, as signed numbers.
    pub(super) fn bounds(self, rest: i32) -> (i32, i32) {
        let values = self.entries.iter().map(|entry| words(entry).1.cast_signed());
        values.fold((rest, rest), |(least, most), value| (least.min(value), most.max(value)))
    }

    /// The values one by one, and then `rest` for ever.
    pub(super) fn values(self, rest: u32) -> Values<'a> {
        Values { entries: self.entries.iter(), left: 0, value: rest, rest }
    }

    /// The same for `count` samples: how many in a row have a value, and which.
    pub(super) fn runs(self, count: u32, rest: u32) -> impl Iterator<Item = (u32, u32)> + use<'a> {
        let mut left = count;
        let runs = self.entries.iter().map(words).chain([(u32::MAX, rest)]);
        runs.map_while(move |(count, value)| {
            let count = (left > 0).then(|| count.min(left))?;
            left = left.saturating_sub(count);
            Some((count, value))
        })
    }
}

/// One value after another.
#[derive(Clone, Debug)]
pub(super) struct Values<'a> {
    entries: std::slice::Iter<'a, [u8; 8]>,
    /// How many more samples have `value`.
    left: u32,
    value: u32,
    rest: u32,
}

impl Values<'_> {
    /// That of the next sample.
    #[inline(always)]
    pub(super) fn next(&mut self) -> u32 {
        while self.left == 0 {
            (self.left, self.value) = self.entries.next().map_or((u32::MAX, self.rest), words);
        }
        self.left -= 1;
        self.value
    }

    /// Passes over the values of `count` samples; gives what they have together.
    pub(super) fn pass(&mut self, mut count: u32) -> u64 {
        let mut sum = 0u64;
        while count > self.left {
            sum = sum.saturating_add(u64::from(self.left) * u64::from(self.value));
            count -= self.left;
            (self.left, self.value) = self.entries.next().map_or((u32::MAX, self.rest), words);
        }
        self.left -= count;
        sum.saturating_add(u64::from(count) * u64::from(self.value))
    }
}

fn words(&[a, b, c, d, e, f, g, h]: &[u8; 8]) -> (u32, u32) {
    (u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]))
}
