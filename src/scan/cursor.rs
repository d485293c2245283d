//! The samples of a track, many at a time.

use super::gathered::Gathered;
use crate::base::range::ByteRange;
use crate::base::sample::Sample;
use crate::isobmff::TableSamples;
use std::ops::Range;

/// A place among the samples of a track.
pub struct Cursor<'a> {
    /// How many samples lie before it.
    at: usize,
    source: Source<'a>,
}

enum Source<'a> {
    /// The tables of a progressive file; `None` if they cannot be read.
    Tables(Option<Box<TableSamples<'a>>>),
    /// Those behind the place, from each `moof` of a fragmented file.
    Fragments(std::slice::Iter<'a, Gathered>),
}

impl<'a> Cursor<'a> {
    pub(super) fn of_tables(tables: Option<TableSamples<'a>>) -> Self {
        Self { at: 0, source: Source::Tables(tables.map(Box::new)) }
    }

    pub(super) fn of_fragments(samples: &'a [Gathered]) -> Self {
        Self { at: 0, source: Source::Fragments(samples.iter()) }
    }

    /// Puts the samples at these `places`, which lie behind the cursor, behind `taken`. Calls `lie` with how many of them lie
    /// behind each other in the file, and where, in order.
    pub fn take(
        &mut self,
        places: Range<usize>,
        taken: &mut Vec<Sample>,
        mut lie: impl FnMut(usize, ByteRange),
    ) {
        let passed = places.start.saturating_sub(self.at);
        self.at = places.end;
        match &mut self.source {
            Source::Tables(tables) => {
                let number = |count| u32::try_from(count).unwrap_or(u32::MAX);
                let Some(tables) = tables else { return };
                tables.pass(number(passed));
                tables.take_into(number(places.len()), taken, lie);
            }
            Source::Fragments(samples) => {
                let behind = samples.as_slice().get(passed..).unwrap_or_default();
                *samples = behind.iter();
                for gathered in samples.by_ref().take(places.len()) {
                    let Some(range) = gathered.range() else { return };
                    taken.push(gathered.sample);
                    lie(1, range);
                }
            }
        }
    }
}
