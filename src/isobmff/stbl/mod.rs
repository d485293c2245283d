//! The sample tables of a progressive MP4: where each sample lies, and when it is shown.
//!
//! Nothing is expanded. The tables are views of their boxes' bytes, checked to fit each other when
//! they are read, and joined sample by sample as one goes through them.

mod chunks;
mod marks;
mod runs;
mod sizes;

use super::{BoxError, BoxRef, BoxType};
use crate::base::range::ByteRange;
use chunks::Chunks;
use marks::Marks;
pub(super) use marks::NON_SYNC;
use runs::Runs;
use sizes::Sizes;

/// The sample tables of one track (`ISO/IEC 14496-12` 8.5.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SampleTable<'a> {
    sizes: Sizes<'a>,
    durations: Runs<'a>,
    /// What `durations` does not say of the last samples: what it says of those before.
    last_duration: u32,
    composition_offsets: Option<Runs<'a>>,
    chunks: Chunks<'a>,
    marks: Marks<'a>,
}

/// What the tables say of one sample.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TableSample {
    /// When it is decoded: ticks from 0, whatever an edit list says.
    pub decode: u64,
    /// Ticks.
    pub duration: u32,
    /// Ticks from decoding to composition.
    pub composition_offset: i32,
    /// Where it lies in the file; may be empty.
    pub range: ByteRange,
    /// Dependencies, sync or not, as a `trun` has them (`ISO/IEC 14496-12` 8.8.3.1).
    pub flags: u32,
}

impl TableSample {
    /// Whether decoding can begin with it.
    pub fn is_sync(&self) -> bool {
        self.flags & NON_SYNC == 0
    }
}

impl<'a> SampleTable<'a> {
    /// The tables in `stbl`, which are of as many samples as there are sizes. Durations go on as the last
    /// one, and composition offsets with 0, where their tables end too early.
    pub fn parse(stbl: &BoxRef<'a>) -> Result<Self, BoxError> {
        let sizes = Sizes::parse(stbl)?;
        let count = sizes.count();
        let stts = stbl.expect(b"stts", "it has no 'stts'")?;
        let durations = Runs::parse(&stts)?;
        let last_duration = durations.last().or((count == 0).then_some(0));
        let last_duration = last_duration.ok_or(stts.error("it says how long no sample lasts"))?;
        let composition_offsets = match stbl.child(BoxType::Code(*b"ctts"))? {
            Some(ctts) => Some(Runs::parse(&ctts)?),
            None => None,
        };
        let chunks = Chunks::parse(stbl, count)?;
        let marks = Marks::parse(stbl, count)?;
        Ok(Self { sizes, durations, last_duration, composition_offsets, chunks, marks })
    }

    /// How many samples there are.
    pub fn count(&self) -> u32 {
        self.sizes.count()
    }

    /// The samples in the order of decoding; none from the first on that would lie, or be decoded,
    /// beyond 2^64.
    pub fn samples(&self) -> impl Iterator<Item = TableSample> + use<'a> {
        let composition_offsets = self.composition_offsets.into_iter();
        let composition_offsets = composition_offsets.flat_map(|offsets| offsets.iter(0));
        // Version 0 is unsigned by the letter, but negative offsets are written into it, and no
        // honest offset reaches 2^31.
        let composition_offsets = composition_offsets
            .map(|offset| i32::from_be_bytes(offset.to_be_bytes()))
            .chain(std::iter::repeat(0));
        let times = self.durations.iter(self.last_duration).zip(composition_offsets);
        let places = self.sizes.iter().zip(self.chunks.starts());
        let (mut decode, mut end) = (0u64, 0);
        places.zip(times).zip(self.marks.iter()).map_while(
            move |(((size, start), (duration, composition_offset)), flags)| {
                let range = ByteRange::with_length(start.unwrap_or(end), size.into())?;
                let sample = TableSample { decode, duration, composition_offset, range, flags };
                decode = decode.checked_add(duration.into())?;
                end = range.end();
                Some(sample)
            },
        )
    }

    /// That something is wrong with where samples lie.
    pub fn misplaced(&self, problem: &'static str) -> BoxError {
        self.chunks.error(problem)
    }
}

#[cfg(test)]
mod tests;
