//! One fragment, read from its `moof` and the header of its `mdat`.

use super::track::Track;
use super::window::{Stop, Window};
use super::{MAX_MOOF_LENGTH, ScanError, Unfit};
use crate::isobmff::{Moof, Traf};
use crate::range::ByteRange;

/// What a fragment says of itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Fragment {
    /// Its `moof` and `mdat`.
    pub(super) range: ByteRange,
    /// The place of its track among the movie's.
    pub(super) track: usize,
    /// When it starts, if it says so. A time before zero is taken for zero.
    pub(super) start: Option<u64>,
    /// How many ticks it lasts from there; 0 if it does not say.
    pub(super) duration: u64,
    /// Whether decoding can begin with it.
    pub(super) begins_with_sync: bool,
}

impl Fragment {
    /// Reads the fragment at `at`.
    pub(super) fn read(window: &Window, tracks: &mut [Track], at: u64) -> Result<Self, Stop> {
        let top = window.header_and_more(at)?;
        if &top.code != b"moof" {
            return Err(top.error("it stands where a 'moof' should").into());
        }
        let moof = Moof::parse(window.whole(&top, MAX_MOOF_LENGTH)?, at)?;
        let traf = moof.only_traf().ok_or_else(|| match moof.trafs.len() {
            0 => ScanError::from(top.error("it has no 'traf'")),
            count => ScanError::SharedFragment { offset: at, count },
        })?;
        let (place, track) = tracks
            .iter_mut()
            .enumerate()
            .find(|(_, track)| track.id == traf.track_id)
            .ok_or(ScanError::UndeclaredTrack { offset: at, track_id: traf.track_id })?;
        let start = start(traf);
        let fault = |problem| ScanError::Track {
            track_id: track.id,
            time: start.map(|start| track.seconds(start)),
            problem,
        };
        if top.range.end() == window.size() {
            return Err(fault(top.error("the file ends behind it, without an 'mdat'")).into());
        }
        let mdat = window.header(top.range.end()).map_err(|stop| match stop {
            Stop::Fault(ScanError::Box(problem)) => fault(problem).into(),
            // What has been read must stay, or this would begin again and again.
            Stop::Need(more) => Stop::Need(ByteRange::new(at, more.end()).unwrap_or(more)),
            stop => stop,
        })?;
        if &mdat.code != b"mdat" {
            return Err(fault(mdat.error("it stands where an 'mdat' should")).into());
        }
        let range = ByteRange::new(at, mdat.range.end());
        let duration = match track.is_played() {
            true => duration(traf, track.default_sample_duration),
            false => Some(0),
        };
        match range.zip(duration) {
            Some((range, duration)) => {
                track.note_frames(traf);
                let begins_with_sync = track.begins_with_sync(traf);
                Ok(Self { range, track: place, start, duration, begins_with_sync })
            }
            None => Err(fault(top.error("its samples last longer than 2^64 ticks")).into()),
        }
    }
}

impl Fragment {
    /// Checks that it can be handed on as it lies: that decoding can begin with it. Its track is among
    /// `tracks`.
    pub(super) fn check_fit(&self, tracks: &[Track]) -> Result<(), ScanError> {
        match tracks.get(self.track).filter(|_| !self.begins_with_sync) {
            None => Ok(()),
            Some(track) => Err(ScanError::Unfit(Unfit::BetweenKeyframes {
                track_id: track.id,
                time: self.start.map(|start| track.seconds(start)),
                offset: self.range.start(),
            })),
        }
    }
}

/// When a fragment starts: by `tfxd`, which is Smooth Streaming's own, or else by `tfdt`.
fn start(traf: &Traf<'_>) -> Option<u64> {
    match traf.tfxd {
        Some(tfxd) => Some(u64::try_from(tfxd.time).unwrap_or(0)),
        None => traf.tfdt,
    }
}

/// How long a fragment lasts from where it starts: less than it says, if that is before zero.
fn duration(traf: &Traf<'_>, default_sample_duration: u32) -> Option<u64> {
    let (before_zero, stated) = match traf.tfxd {
        Some(tfxd) => (tfxd.time.min(0).unsigned_abs(), tfxd.duration),
        None => (0, 0),
    };
    let whole = match stated {
        0 => traf.samples_duration(default_sample_duration)?,
        stated => stated,
    };
    Some(whole.saturating_sub(before_zero))
}
