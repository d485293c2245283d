//! From when samples are decoded to when they are shown.

use crate::base::time::Timescale;

/// When samples that are sent start, by when they are decoded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Clock {
    /// Of their track.
    pub(super) timescale: Timescale,
    /// How many of its ticks lie before 0 in the time that is shown: of audio, all that come before what is shown first.
    pub(super) hidden: u64,
}

impl Clock {
    /// When a sample starts, in ticks of [`Timescale::SMOOTH`], that is decoded at `decode` in ticks of its track: 0 if that is
    /// before 0.
    pub(super) fn start(self, decode: u64) -> u64 {
        let shown = decode.saturating_sub(self.hidden);
        self.timescale.rescale(shown, Timescale::SMOOTH).unwrap_or(u64::MAX)
    }

    /// When the first is decoded, in ticks of the track, that may start at `start`; `None` if none can.
    pub(super) fn decode(self, start: u64) -> Option<u64> {
        match self.timescale.reaching(start, Timescale::SMOOTH)? {
            0 => Some(0),
            shown => shown.checked_add(self.hidden),
        }
    }
}
