//! The samples of a track, one by one.

use super::cursor::Cursor;
use super::edit::Edit;
use super::error::ScanError;
use super::extent::Extent;
#[cfg(test)]
use super::gathered::Gathered;
use super::gathered::Gathering;
use super::one_of::OneOf;
use crate::base::range::ByteRange;
use crate::base::turns::Turns;
use crate::isobmff::TableSample as ScannedSample;
use crate::isobmff::{BoxRef, MovieTrack, SampleTable};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// The samples of a track, in the order of decoding.
///
/// They were checked when the file was scanned: none lies outside of the file.
#[derive(Clone, PartialEq, Eq)]
pub struct Samples {
    source: Source,
    count: usize,
    /// From the first byte of one to the last.
    extent: Extent,
    edit: Edit,
}

/// Where they are had from.
#[derive(Clone, PartialEq, Eq)]
enum Source {
    /// The tables of a progressive file. Nothing is kept but the `moov` itself, which the tracks of a file
    /// share, and the tables are gone through again each time that the samples are asked for.
    Tables {
        moov: Arc<Vec<u8>>,
        /// Where the sample tables lie in it.
        stbl: Range<usize>,
    },
    /// Each `moof` of a fragmented file.
    Fragments(Arc<Gathering>),
}

impl Samples {
    /// Reads and checks the tables of `track`, which is in `moov`, of a file of `size` bytes.
    pub(super) async fn read(
        moov: &Arc<Vec<u8>>,
        track: &MovieTrack<'_>,
        edit: Edit,
        size: u64,
        turns: &Turns<'_>,
    ) -> Result<Self, ScanError> {
        let fault = |decode: Option<u64>, problem| ScanError::Track {
            track_id: track.track_id,
            time: decode.map(|decode| track.timescale.seconds(decode)),
            problem,
        };
        let table = SampleTable::parse(&track.stbl).map_err(|problem| fault(None, problem))?;
        let (mut counted, mut extent) = (0u32, Extent::default());
        let each = turns.each(table.chunks(), |chunk| {
            counted = counted.saturating_add(chunk.samples);
            extent.take_in(chunk.range);
        });
        each.await;
        if counted != table.count() || extent.end() > size {
            let (decode, problem) = misplaced(&table, size, turns).await;
            return Err(fault(Some(decode), table.misplaced(problem)));
        }
        let count = usize::try_from(counted).unwrap_or(usize::MAX);
        let source = Source::Tables { moov: Arc::clone(moov), stbl: track.stbl.place() };
        Ok(Self { source, count, extent, edit })
    }

    /// Those that were gathered from fragments.
    pub(super) fn gathered(samples: Gathering, edit: Edit) -> Self {
        let mut extent = Extent::default();
        samples.iter().for_each(|sample| extent.take_in(sample.range));
        let (count, source) = (samples.len(), Source::Fragments(Arc::new(samples)));
        Self { source, count, extent, edit }
    }

    /// These samples, the first of which is decoded at 0.
    #[cfg(test)]
    pub(crate) fn of(samples: &[ScannedSample], edit: Edit) -> Self {
        let mut gathering = Gathering::new(true);
        samples.iter().for_each(|sample| gathering.push(Gathered::of(sample)));
        Self::gathered(gathering, edit)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// How many bytes of the file there are from their first to their last, others among them.
    pub fn span(&self) -> u64 {
        self.extent.span()
    }

    /// Where in the file the last byte of one ends; 0 without any.
    pub fn end(&self) -> u64 {
        self.extent.end()
    }

    /// Which part of them is shown, and when.
    pub fn edit(&self) -> Edit {
        self.edit
    }

    /// The samples in the order of decoding.
    pub fn iter(&self) -> impl Iterator<Item = ScannedSample> + '_ {
        let (listed, gathered) = match &self.source {
            Source::Tables { .. } => (self.table().map(|table| table.samples()), None),
            Source::Fragments(gathered) => (None, Some(gathered.iter())),
        };
        OneOf(listed, gathered)
    }

    /// Those with which decoding can begin, each with its place among all, from 0.
    pub fn syncs(&self) -> impl Iterator<Item = (usize, ScannedSample)> + '_ {
        let (listed, gathered) = match &self.source {
            Source::Tables { .. } => (self.table().map(|table| table.syncs()), None),
            Source::Fragments(gathered) => (None, Some(gathered.iter().enumerate())),
        };
        OneOf(listed, gathered.map(|samples| samples.filter(|(_, sample)| sample.is_sync())))
    }

    /// When those are decoded, each with its place likewise.
    pub fn sync_times(&self) -> impl Iterator<Item = (usize, u64)> + '_ {
        let (listed, gathered) = match &self.source {
            Source::Tables { .. } => (self.table().map(|table| table.sync_times()), None),
            Source::Fragments(gathered) => (None, Some(gathered.iter().enumerate())),
        };
        let syncs = gathered.map(|samples| samples.filter(|(_, sample)| sample.is_sync()));
        OneOf(listed, syncs.map(|syncs| syncs.map(|(place, sample)| (place, sample.decode))))
    }

    /// A place among them, before the first.
    pub fn cursor(&self) -> Cursor<'_> {
        match &self.source {
            Source::Tables { .. } => Cursor::of_tables(self.table().map(|table| table.samples())),
            Source::Fragments(gathered) => Cursor::of_fragments(gathered.samples()),
        }
    }

    /// No fewer than the least and no more than the most ticks that there are from a sample's decoding to its
    /// composition.
    pub fn composition_offsets(&self) -> (i32, i32) {
        match &self.source {
            Source::Tables { .. } => {
                self.table().map_or((0, 0), |table| table.composition_offsets())
            }
            Source::Fragments(gathered) => {
                let offsets = gathered.iter().map(|sample| sample.composition_offset);
                offsets.fold((0, 0), |(least, most), it| (least.min(it), most.max(it)))
            }
        }
    }

    /// How many of them are decoded before `ticks`.
    pub fn before(&self, ticks: u64) -> usize {
        let (mut count, mut decode) = (0usize, self.iter().next().map_or(0, |first| first.decode));
        for (held, duration) in self.durations() {
            let Some(left) = ticks.checked_sub(decode).filter(|&left| left > 0) else { break };
            let most = left.checked_next_multiple_of(duration.into());
            let most = most.and_then(|ticks| ticks.checked_div(duration.into()));
            let passed = most.map_or(u64::from(held), |most| most.min(held.into()));
            count = count.saturating_add(usize::try_from(passed).unwrap_or(usize::MAX));
            decode = decode.saturating_add(passed.saturating_mul(duration.into()));
        }
        count.min(self.count)
    }

    /// Where they lie, in the order of decoding: what is in a chunk of the tables together, others one by one.
    pub(super) fn stretches(&self) -> impl Iterator<Item = ByteRange> + '_ {
        let (chunks, gathered) = match &self.source {
            Source::Tables { .. } => (self.table().map(|table| table.chunks()), None),
            Source::Fragments(gathered) => (None, Some(gathered.iter())),
        };
        OneOf(
            chunks.map(|chunks| chunks.map(|chunk| chunk.range)),
            gathered.map(|samples| samples.map(|sample| sample.range)),
        )
    }

    /// How long they last, in the order of decoding: how many in a row, and how many ticks each.
    pub(super) fn durations(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        let (listed, gathered) = match &self.source {
            Source::Tables { .. } => (self.table().map(|table| table.durations()), None),
            Source::Fragments(gathered) => (None, Some(gathered.iter())),
        };
        OneOf(listed, gathered.map(|samples| samples.map(|sample| (1, sample.duration))))
    }

    /// Whether both have tables, and these say the same of sizes and durations in the same bytes. Samples may
    /// be of the same ones though they do not.
    pub fn have_tables_of(&self, other: &Self) -> bool {
        let tables = self.table().zip(other.table());
        tables.is_some_and(|(own, other)| own.has_sizes_and_durations_of(&other))
    }

    fn table(&self) -> Option<SampleTable<'_>> {
        let Source::Tables { moov, stbl } = &self.source else { return None };
        let stbl = BoxRef::whole(moov.get(stbl.clone())?, 0).ok()?;
        SampleTable::parse(&stbl).ok()
    }
}

/// When the first sample is decoded that does not lie in a file of `size` bytes, and what is wrong with it.
async fn misplaced(table: &SampleTable<'_>, size: u64, turns: &Turns<'_>) -> (u64, &'static str) {
    let mut end = 0;
    let beyond = turns.until(table.samples(), |sample| {
        end = sample.decode.saturating_add(sample.duration.into());
        (sample.range.end() > size).then_some(sample.decode)
    });
    match beyond.await {
        Some(decode) => (decode, "a sample ends beyond the end of the file"),
        None => (end, "a sample ends beyond 2^64"),
    }
}

impl fmt::Debug for Samples {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { count, edit, .. } = self;
        f.debug_struct("Samples").field("count", count).field("edit", edit).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
