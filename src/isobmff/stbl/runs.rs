//! Tables that write equal values in a row once.

use crate::isobmff::{BoxError, BoxRef};

/// An `stts` (`ISO/IEC 14496-12` 8.6.1.2) or a `ctts` (8.6.1.3): one value a sample.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Runs<'a> {
    /// How many samples, and the value of each.
    entries: &'a [[u8; 8]],
}

impl<'a> Runs<'a> {
    /// The table in this box, which is of `count` samples.
    pub(super) fn parse(table: &BoxRef<'a>, count: u32) -> Result<Self, BoxError> {
        let mut fields = table.fields();
        fields.known_version()?;
        let entries = fields.entries()?;
        let stated = entries.iter().fold(0u64, |sum, entry| {
            let (count, _) = words(entry);
            sum.saturating_add(count.into())
        });
        match stated == u64::from(count) {
            true => Ok(Self { entries }),
            false => Err(table.error("it is not of as many samples as there are sizes")),
        }
    }

    /// The values.
    pub(super) fn iter(self) -> impl Iterator<Item = u32> + use<'a> {
        self.entries.iter().flat_map(|entry| {
            let (count, value) = words(entry);
            (0..count).map(move |_| value)
        })
    }
}

fn words(&[a, b, c, d, e, f, g, h]: &[u8; 8]) -> (u32, u32) {
    (u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]))
}
