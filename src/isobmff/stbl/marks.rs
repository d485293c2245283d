//! Which samples decoding can begin with, and what they depend on.

use crate::isobmff::{BoxError, BoxRef, BoxType};

/// An `stss` (`ISO/IEC 14496-12` 8.6.2) with an `sdtp` (8.6.4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Marks<'a> {
    count: u32,
    /// The numbers of sync samples, from 1; `None` if all are.
    sync: Option<&'a [[u8; 4]]>,
    /// A byte a sample. Advice only, so that it may be too short: what it lacks is unknown.
    dependencies: &'a [u8],
}

/// `sample_depends_on`, in a byte of `sdtp`.
const DEPENDS_ON: u8 = 0x30;
const ON_OTHERS: u8 = 0x10;
const ON_NONE: u8 = 0x20;
/// `sample_is_non_sync_sample`, in the flags of a sample.
pub(in crate::isobmff) const NON_SYNC: u32 = 0x1_0000;

impl<'a> Marks<'a> {
    pub(super) fn parse(stbl: &BoxRef<'a>, count: u32) -> Result<Self, BoxError> {
        let sync = match stbl.child(BoxType::Code(*b"stss"))? {
            Some(stss) => Some(sync(&stss, count)?),
            None => None,
        };
        let dependencies = match stbl.child(BoxType::Code(*b"sdtp"))? {
            Some(sdtp) => {
                let mut fields = sdtp.fields();
                fields.version_and_flags()?;
                fields.rest()
            }
            None => &[],
        };
        Ok(Self { count, sync, dependencies })
    }

    /// The flags of each sample. `sdtp` has its four fields of two bits in the order in which they
    /// stand there; where it leaves open what a sample depends on, being a sync sample says it.
    pub(super) fn iter(self) -> impl Iterator<Item = u32> + use<'a> {
        let mut sync = self.sync.map(|numbers| numbers.iter().peekable());
        let stated = self.dependencies.iter().copied().chain(std::iter::repeat(0));
        (1..=self.count).zip(stated).map(move |(number, stated)| {
            let is_sync = match &mut sync {
                Some(sync) => sync.next_if_eq(&&number.to_be_bytes()).is_some(),
                None => true,
            };
            let (mark, implied) = if is_sync { (0, ON_NONE) } else { (NON_SYNC, ON_OTHERS) };
            let dependencies = if stated & DEPENDS_ON == 0 { stated | implied } else { stated };
            u32::from(dependencies) << 20 | mark
        })
    }
}

fn sync<'a>(stss: &BoxRef<'a>, count: u32) -> Result<&'a [[u8; 4]], BoxError> {
    let mut fields = stss.fields();
    fields.version_and_flags()?;
    let numbers = fields.entries()?;
    let mut before = 0;
    for &number in numbers {
        let number = u32::from_be_bytes(number);
        if number <= before || number > count {
            return Err(stss.error("its samples do not ascend, or are more than there are"));
        }
        before = number;
    }
    Ok(numbers)
}
