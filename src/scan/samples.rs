//! The samples of a plain file's track.

use super::{Edit, ScanError, ScannedSample};
use crate::isobmff::{BoxRef, MovieTrack, SampleTable};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// The samples of a track, in the order of decoding, as the tables in `moov` say.
///
/// It keeps nothing but the `moov` itself, which the tracks of a file share, and goes through the
/// tables anew each time that the samples are asked for. They were checked when the file was
/// scanned: they are as many as was counted, and none lies outside of the file.
#[derive(Clone, PartialEq, Eq)]
pub struct Samples {
    moov: Arc<Vec<u8>>,
    /// Where the sample tables lie in it.
    stbl: Range<usize>,
    count: usize,
    edit: Edit,
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
        Ok(Self { moov: Arc::clone(moov), stbl: track.stbl.place(), count, edit })
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
        let bytes = self.moov.get(self.stbl.clone()).unwrap_or_default();
        let table = BoxRef::whole(bytes, 0).and_then(|stbl| SampleTable::parse(&stbl));
        table.into_iter().flat_map(|table| table.samples())
    }
}

impl fmt::Debug for Samples {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { count, edit, .. } = self;
        f.debug_struct("Samples").field("count", count).field("edit", edit).finish_non_exhaustive()
    }
}
