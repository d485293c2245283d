//! From the times that samples have in their file to those of the fragments that are made of them.

use crate::base::sample::Sample;
use crate::base::time::Timescale;

/// When the samples of a track are decoded and start as they are sent, in ticks of the track where nothing else is said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Clock {
    /// Of the track.
    pub(super) timescale: Timescale,
    /// How much sooner samples are decoded than by the file's tables.
    pub(super) sooner: u64,
    /// How much later.
    pub(super) later: u64,
    /// How much later they are composed, counted from then: where the tables compose some before that.
    pub(super) lifted: i64,
    /// How many ticks lie before 0 in the time that is shown: of audio, all that come before what is shown first.
    pub(super) hidden: u64,
}

impl Clock {
    /// When a sample is decoded that the file's tables decode at `listed`.
    pub(super) fn decoded(self, listed: u64) -> u64 {
        listed.saturating_add(self.later).saturating_sub(self.sooner)
    }

    /// Composes `samples`, whose composition offsets are those of the file's tables, as much later as they are lifted.
    pub(super) fn lift(self, samples: &mut [Sample]) {
        if self.lifted != 0 {
            for sample in samples {
                let offset = i64::from(sample.composition_offset).saturating_add(self.lifted);
                sample.composition_offset = i32::try_from(offset).unwrap_or_default();
            }
        }
    }

    /// When a sample starts, in ticks of [`Timescale::SMOOTH`], that is decoded at `decoded`: 0 if that is before 0.
    pub(super) fn start(self, decoded: u64) -> u64 {
        let shown = decoded.saturating_sub(self.hidden);
        self.timescale.rescale(shown, Timescale::SMOOTH).unwrap_or(u64::MAX)
    }

    /// When the first is decoded that starts at or after `start`, in ticks of [`Timescale::SMOOTH`]; `None` if none can.
    pub(super) fn reaching(self, start: u64) -> Option<u64> {
        match self.timescale.reaching(start, Timescale::SMOOTH)? {
            0 => Some(0),
            shown => shown.checked_add(self.hidden),
        }
    }
}
