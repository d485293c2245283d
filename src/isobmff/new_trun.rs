//! The run of a new `moof`, written: what its samples have in common is said once, the rest of each.

use super::Dialect;
use super::write::{FULL_HEADER, WORD, full_box};
use crate::base::sample::Sample;

/// A run of samples, to be written (`ISO/IEC 14496-12` 8.8.8).
#[derive(Clone, Copy)]
pub(super) struct NewTrun<'a> {
    samples: &'a [Sample],
    /// What need not be said of each sample.
    pub(super) shared: Shared,
    columns: Columns,
}

/// The fields that all samples of a fragment share: `duration`, `size` and `flags` stand in the `tfhd`.
#[derive(Clone, Copy, Default)]
pub(super) struct Shared {
    /// Ticks of each.
    pub(super) duration: Option<u32>,
    /// Bytes of each.
    pub(super) size: Option<u32>,
    /// `sample_flags` of all samples, or of all but the first.
    pub(super) flags: Option<u32>,
    /// `sample_flags` of the first sample, if it alone has others.
    first_flags: Option<u32>,
}

/// The fields that each sample has.
#[derive(Clone, Copy)]
struct Columns {
    durations: bool,
    sizes: bool,
    flags: bool,
    composition_offsets: bool,
}

impl<'a> NewTrun<'a> {
    /// Offset of the data offset in the box, in bytes: behind the header, version and flags, and the count.
    pub(super) const DATA_OFFSET_AT: usize = FULL_HEADER + WORD;

    /// The run of these `samples`, for whoever reads this `dialect`.
    pub(super) fn of(samples: &'a [Sample], dialect: Dialect) -> Self {
        let shared = Shared::of(samples, dialect);
        let columns = Columns {
            durations: shared.duration.is_none(),
            sizes: shared.size.is_none(),
            flags: shared.flags.is_none(),
            composition_offsets: samples.iter().any(|sample| sample.composition_offset != 0),
        };
        Self { samples, shared, columns }
    }

    /// Bytes of the box.
    pub(super) fn length(self) -> Option<usize> {
        let first_flags = if self.shared.first_flags.is_some() { WORD } else { 0 };
        let rows = self.samples.len().checked_mul(WORD * self.columns.count())?;
        rows.checked_add(FULL_HEADER + 2 * WORD + first_flags)
    }

    /// The box, with a data offset of 0.
    pub(super) fn write(self) -> Option<Vec<u8>> {
        const VERSION_1: u32 = 1 << 24;
        const DATA_OFFSET: u32 = 0x1;
        const FIRST_SAMPLE_FLAGS: u32 = 0x4;
        const DURATIONS: u32 = 0x100;
        const SIZES: u32 = 0x200;
        const FLAGS: u32 = 0x400;
        const COMPOSITION_OFFSETS: u32 = 0x800;
        let Columns { durations, sizes, flags, composition_offsets } = self.columns;
        let there = [
            (FIRST_SAMPLE_FLAGS, self.shared.first_flags.is_some()),
            (DURATIONS, durations),
            (SIZES, sizes),
            (FLAGS, flags),
            (COMPOSITION_OFFSETS, composition_offsets),
        ];
        let there = there.into_iter().filter(|(_, is_there)| *is_there);
        let said = there.fold(VERSION_1 | DATA_OFFSET, |said, (flag, _)| said | flag);
        let count = u32::try_from(self.samples.len()).ok()?;
        let mut fields = vec![count, 0];
        fields.extend(self.shared.first_flags);
        for sample in self.samples {
            fields.extend(durations.then_some(sample.duration));
            fields.extend(sizes.then_some(sample.size));
            fields.extend(flags.then_some(sample.flags));
            fields.extend(composition_offsets.then(|| sample.composition_offset.cast_unsigned()));
        }
        full_box(b"trun", said, &fields)
    }
}

impl Shared {
    /// In CMAF all that does not differ, so that a new `moof` is hardly ever longer than the stored one that it
    /// is made of. In Smooth Streaming flags alone: Silverlight refuses a default size, and Windows Media Player
    /// stumbles over a default duration.
    fn of(samples: &[Sample], dialect: Dialect) -> Self {
        let of = |field: fn(&Sample) -> u32| same(samples.iter().map(field));
        let flags = of(|sample| sample.flags);
        if dialect == Dialect::Piff {
            return Self { flags, ..Self::default() };
        }
        let first = samples.first().map(|first| first.flags);
        let others = same(samples.iter().skip(1).map(|sample| sample.flags));
        Self {
            duration: of(|sample| sample.duration),
            size: of(|sample| sample.size),
            first_flags: first.filter(|_| flags.is_none() && others.is_some()),
            flags: flags.or(others),
        }
    }
}

impl Columns {
    /// How many fields each sample has.
    fn count(self) -> usize {
        let Self { durations, sizes, flags, composition_offsets } = self;
        [durations, sizes, flags, composition_offsets].iter().filter(|is_there| **is_there).count()
    }
}

/// What all of them are, if that is the same.
fn same(mut fields: impl Iterator<Item = u32>) -> Option<u32> {
    let first = fields.next()?;
    fields.all(|field| field == first).then_some(first)
}
