//! The sample tables of a progressive MP4: where each sample lies, and when it is shown.
//!
//! Nothing is expanded. The tables are views of their boxes' bytes, checked to fit each other when
//! they are read, and joined sample by sample as one goes through them.

mod chunk;
mod chunks;
mod marks;
mod runs;
mod sample;
mod samples;
mod sizes;
mod syncs;

use super::{BoxError, BoxRef, BoxType};
use chunks::Chunks;
use marks::Marks;
pub(super) use marks::NON_SYNC;
use runs::Runs;
use sizes::Sizes;

pub use chunk::{TableChunk, TableChunks};
pub use sample::TableSample;
pub use samples::TableSamples;
pub use syncs::{TableSyncTimes, TableSyncs};

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

    /// The samples in the order of decoding; none from the first on that would lie beyond 2^64.
    pub fn samples(&self) -> TableSamples<'a> {
        TableSamples::new(
            self.sizes,
            self.durations.values(self.last_duration),
            self.composition_offsets.map(|offsets| offsets.values(0)),
            self.marks.flags(),
            self.chunks.iter(),
        )
    }

    /// Those of them with which decoding can begin, each with its place from 0.
    pub fn syncs(&self) -> TableSyncs<'a> {
        TableSyncs::new(self.samples(), self.count(), self.marks)
    }

    /// When those are decoded, each with its place likewise.
    pub fn sync_times(&self) -> TableSyncTimes<'a> {
        let durations = self.durations.values(self.last_duration);
        TableSyncTimes::new(self.count(), durations, self.marks)
    }

    /// The least and the most ticks from decoding to composition that the tables have.
    pub fn composition_offsets(&self) -> (i32, i32) {
        self.composition_offsets.map_or((0, 0), |offsets| offsets.bounds(0))
    }

    /// Where the samples of each chunk lie that has any, in the order of decoding; none from the first on that would
    /// lie beyond 2^64.
    pub fn chunks(&self) -> TableChunks<'a> {
        TableChunks::new(self.sizes, self.chunks.iter())
    }

    /// How long samples last, in the order of decoding: how many in a row, and how many ticks each.
    pub fn durations(&self) -> impl Iterator<Item = (u32, u32)> + use<'a> {
        self.durations.runs(self.count(), self.last_duration)
    }

    /// Whether the tables of `other` say the same of the sizes and durations of samples, in the same bytes.
    pub fn has_sizes_and_durations_of(&self, other: &Self) -> bool {
        let of = |table: &Self| (table.sizes, table.durations, table.last_duration);
        of(self) == of(other)
    }

    /// That something is wrong with where samples lie.
    pub fn misplaced(&self, problem: &'static str) -> BoxError {
        self.chunks.error(problem)
    }
}

#[cfg(test)]
mod tests;
