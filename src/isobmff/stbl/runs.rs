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

    /// The values, and then `rest` for ever.
    pub(super) fn iter(self, rest: u32) -> impl Iterator<Item = u32> + use<'a> {
        let values = self.entries.iter().flat_map(|entry| {
            let (count, value) = words(entry);
            (0..count).map(move |_| value)
        });
        values.chain(std::iter::repeat(rest))
    }
}

fn words(&[a, b, c, d, e, f, g, h]: &[u8; 8]) -> (u32, u32) {
    (u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]))
}
