//! The samples of a track, one by one.

use super::gathered::Gathering;
use super::{Edit, ScanError, ScannedSample};
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
    edit: Edit,
}

/// Where they are had from.
#[derive(Clone, PartialEq, Eq)]
enum Source {
    /// The tables of a progressive file. Nothing is kept but the `moov` itself, which the tracks of a file
    /// share, and the tables are gone through anew each time that the samples are asked for.
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
    pub(super) fn read(
        moov: &Arc<Vec<u8>>,
        track: &MovieTrack<'_>,
        edit: Edit,
        size: u64,
    ) -> Result<Self, ScanError> {
        let fault = |decode: Option<u64>, problem| ScanError::Track {
            track_id: track.track_id,
            time: decode.map(|decode| track.timescale.seconds(decode)),
            problem,
        };
        let table = SampleTable::parse(&track.stbl).map_err(|problem| fault(None, problem))?;
        let (mut counted, mut end) = (0, 0);
        for sample in table.samples() {
            if sample.range.end() > size {
                let problem = table.misplaced("a sample ends beyond the end of the file");
                return Err(fault(Some(sample.decode), problem));
            }
            end = sample.decode.saturating_add(sample.duration.into());
            counted += 1;
        }
        if counted != table.count() {
            let problem = table.misplaced("a sample ends beyond 2^64");
            return Err(fault(Some(end), problem));
        }
        let count = usize::try_from(counted).unwrap_or(usize::MAX);
        let source = Source::Tables { moov: Arc::clone(moov), stbl: track.stbl.place() };
        Ok(Self { source, count, edit })
    }

    /// Those that were gathered from fragments.
    pub(super) fn gathered(samples: Gathering, edit: Edit) -> Self {
        Self { count: samples.len(), source: Source::Fragments(Arc::new(samples)), edit }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Which part of them is shown, and when.
    pub fn edit(&self) -> Edit {
        self.edit
    }

    /// The samples in the order of decoding.
    pub fn iter(&self) -> impl Iterator<Item = ScannedSample> + '_ {
        let (table, gathered) = match &self.source {
            Source::Tables { moov, stbl } => {
                let bytes = moov.get(stbl.clone()).unwrap_or_default();
                let stbl = BoxRef::whole(bytes, 0);
                (stbl.and_then(|stbl| SampleTable::parse(&stbl)).ok(), None)
            }
            Source::Fragments(gathered) => (None, Some(gathered)),
        };
        let listed = table.into_iter().flat_map(|table| table.samples());
        listed.chain(gathered.into_iter().flat_map(|gathered| gathered.iter()))
    }
}

impl fmt::Debug for Samples {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { count, edit, .. } = self;
        f.debug_struct("Samples").field("count", count).field("edit", edit).finish_non_exhaustive()
    }
}
