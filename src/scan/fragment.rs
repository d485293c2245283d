//! One fragment, read from its `moof` and the header of its `mdat`.

use super::manner::Share;
use super::track::Track;
use super::window::{Stop, USUAL_MOOF_LENGTH, Window};
use super::{MAX_MOOF_LENGTH, ScanError, UnfitError};
use crate::base::range::ByteRange;
use crate::isobmff::{BoxType, Moof, Traf};

/// A fragment as its `moof` describes it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Fragment {
    /// Its `moof` and `mdat`.
    pub(super) range: ByteRange,
    /// What it holds: of no track twice, and of one at least.
    pub(super) pieces: Vec<Piece>,
}

/// The part of a fragment that is of one track.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Piece {
    /// The track's place among the movie's.
    pub(super) track: usize,
    /// When it starts, if it says so. A time before zero is taken for zero.
    pub(super) start: Option<u64>,
    /// How many ticks it lasts from there; 0 if it does not say.
    pub(super) duration: u64,
    /// Whether decoding can begin with it.
    pub(super) begins_with_sync: bool,
    /// Whether it is in the clear, of a track that is protected.
    pub(super) is_clear: bool,
}

impl Fragment {
    /// Reads the fragment at `at`.
    pub(super) fn read(window: &Window, tracks: &mut [Track], at: u64) -> Result<Self, Stop> {
        let top = window.header_and(at, USUAL_MOOF_LENGTH)?;
        if &top.code != b"moof" {
            return Err(top.error("it stands where a 'moof' should").into());
        }
        let moof = Moof::parse(window.whole(&top, MAX_MOOF_LENGTH)?, at)?;
        let first = moof.trafs.first().ok_or(top.error("it has no 'traf'"))?;
        let named = |traf: &Traf<'_>, problem| {
            let track = tracks.iter().find(|track| track.id == traf.track_id);
            let time = start(traf).zip(track).map(|(start, track)| track.seconds(start));
            Stop::from(ScanError::Track { track_id: traf.track_id, time, problem })
        };
        let pieces = moof.trafs.iter().enumerate().map(|(place, traf)| {
            let track_id = traf.track_id;
            let track = tracks.iter().position(|track| track.id == track_id);
            let track = track.ok_or(ScanError::UndeclaredTrack { offset: at, track_id })?;
            if moof.trafs.iter().take(place).any(|other| other.track_id == track_id) {
                let divided = UnfitError::DividedTrack { offset: at, track_id };
                return Err(ScanError::Unfit(divided).into());
            }
            let known = tracks.get(track).filter(|track| track.is_played());
            let lasts = known.map_or(Some(0), |it| duration(traf, it.default_sample_duration));
            let too_long = || named(traf, top.error("its samples last longer than 2^64 ticks"));
            let duration = lasts.ok_or_else(too_long)?;
            let begins_with_sync = known.is_none_or(|known| known.begins_with_sync(traf));
            let is_clear = known.is_some_and(|known| known.is_clear(traf));
            Ok(Piece { track, start: start(traf), duration, begins_with_sync, is_clear })
        });
        let pieces = pieces.collect::<Result<Vec<_>, Stop>>()?;
        // Of text there are such that say how long nothing is shown.
        if pieces.iter().all(|piece| piece.duration == 0) && moof.trafs.iter().all(Traf::is_empty) {
            return Err(ScanError::Unfit(UnfitError::Empty { offset: at }).into());
        }
        if top.range.end() == window.size() {
            return Err(named(first, top.error("the file ends behind it, without an 'mdat'")));
        }
        let mdat = window.header(top.range.end()).map_err(|stop| match stop {
            Stop::Fault(ScanError::Box(problem)) => named(first, problem),
            // What has been read must stay, or this would begin again and again.
            Stop::Need(more) => Stop::Need(ByteRange::new(at, more.end()).unwrap_or(more)),
            stop => stop,
        })?;
        if matches!(&mdat.code, b"free" | b"skip" | b"wide" | b"uuid")
            && mdat.range.end() < window.size()
        {
            let behind = BoxType::Code(mdat.code);
            return Err(ScanError::Unfit(UnfitError::Apart { offset: at, behind }).into());
        }
        if &mdat.code != b"mdat" {
            return Err(named(first, mdat.error("it stands where an 'mdat' should")));
        }
        let beyond = || named(first, top.error("it ends beyond 2^64"));
        let range = ByteRange::new(at, mdat.range.end()).ok_or_else(beyond)?;
        note(&moof, &pieces, mdat.is_endless, tracks);
        Ok(Self { range, pieces })
    }

    /// Checks that decoding can begin with it, whichever of its tracks is played. They are among `tracks`.
    pub(super) fn check_fit(&self, tracks: &[Track]) -> Result<(), ScanError> {
        let unfit = self.pieces.iter().find(|piece| !piece.begins_with_sync);
        match unfit.and_then(|piece| Some((piece, tracks.get(piece.track)?))) {
            None => Ok(()),
            Some((piece, track)) => Err(ScanError::Unfit(UnfitError::BetweenKeyframes {
                track_id: track.id,
                time: piece.start.map(|start| track.seconds(start)),
                offset: self.range.start(),
            })),
        }
    }
}

/// Takes what `moof` says of its tracks into account, and whether the `mdat` behind it `is_endless`.
fn note(moof: &Moof<'_>, pieces: &[Piece], is_endless: bool, tracks: &mut [Track]) {
    let all = moof.trafs.iter().map(Traf::samples_size).fold(0, u64::saturating_add);
    for (traf, piece) in moof.trafs.iter().zip(pieces) {
        let Some(track) = tracks.get_mut(piece.track) else { continue };
        let own = traf.samples_size();
        let others = all.saturating_sub(own);
        let share = Share { own, others, ticks: piece.duration };
        track.note(traf, (moof.trafs.len() > 1).then_some(share), is_endless);
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
