//! Which samples decoding can begin with, and what they depend on.

use crate::isobmff::{BoxError, BoxRef, BoxType};

/// An `stss` (`ISO/IEC 14496-12` 8.6.2) with an `sdtp` (8.6.4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Marks<'a> {
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
        Ok(Self { sync, dependencies })
    }

    /// The numbers of sync samples, from 1; `None` if all are.
    pub(super) fn sync(self) -> Option<std::slice::Iter<'a, [u8; 4]>> {
        self.sync.map(|numbers| numbers.iter())
    }

    /// The flags of each sample, one by one.
    pub(super) fn flags(self) -> Flags<'a> {
        let mut sync = self.sync();
        let next_sync = sync.as_mut().and_then(Iterator::next);
        Flags { number: 0, sync, next_sync, dependencies: self.dependencies.iter() }
    }
}

/// The flags of one sample after another. `sdtp` has its four fields of two bits in the order in which they
/// stand there; where it leaves open what a sample depends on, being a sync sample says it.
#[derive(Clone, Debug)]
pub(super) struct Flags<'a> {
    /// How many samples were given.
    number: u32,
    /// Sync samples behind the next one; `None` if all are.
    sync: Option<std::slice::Iter<'a, [u8; 4]>>,
    next_sync: Option<&'a [u8; 4]>,
    dependencies: std::slice::Iter<'a, u8>,
}

impl Flags<'_> {
    /// Those of the next sample.
    #[inline(always)]
    pub(super) fn next(&mut self) -> u32 {
        self.number = self.number.saturating_add(1);
        let is_sync = match &mut self.sync {
            Some(sync) if self.next_sync == Some(&self.number.to_be_bytes()) => {
                self.next_sync = sync.next();
                true
            }
            Some(_) => false,
            None => true,
        };
        let stated = self.dependencies.next().copied().unwrap_or(0);
        let (mark, implied) = if is_sync { (0, ON_NONE) } else { (NON_SYNC, ON_OTHERS) };
        let dependencies = if stated & DEPENDS_ON == 0 { stated | implied } else { stated };
        u32::from(dependencies) << 20 | mark
    }

    /// Passes over those of `count` samples.
    pub(super) fn pass(&mut self, count: u32) {
        self.number = self.number.saturating_add(count);
        let is_passed = |&number: &&[u8; 4]| u32::from_be_bytes(*number) <= self.number;
        if let Some(sync) = &mut self.sync {
            while self.next_sync.is_some_and(|number| is_passed(&number)) {
                self.next_sync = sync.next();
            }
        }
        if let Some(last) = usize::try_from(count).ok().and_then(|count| count.checked_sub(1)) {
            self.dependencies.nth(last);
        }
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
