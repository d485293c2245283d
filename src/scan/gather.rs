//! The samples of a fragmented file, one by one: from `moof` to `moof`, and those that its `moov` lists
//! before them.

use super::gathered::{Gathered, Gathering};
use super::junk::junk;
use super::limits::NO_FRAGMENT;
use super::track::Track;
use super::window::{Stop, USUAL_MOOF_LENGTH, Window};
use super::{MAX_MOOF_LENGTH, MAX_OTHER_BOXES, MAX_SAMPLES, ScanError, ScannedTrack};
use crate::base::range::{ByteRange, READ_COST};
use crate::base::sample::Sample;
use crate::isobmff::{BoxError, BoxType, Moof, Traf};

/// A walk over all boxes at the top level of a file that looks into every `moof`.
///
/// Where one `moof` follows another within [`READ_COST`], the file is read through in pieces of [`PIECE`], else a `moof`
/// takes a read.
#[derive(Debug)]
pub(super) struct Gather {
    at: u64,
    other_boxes: u32,
    /// Where the last `moof` began.
    last_moof: u64,
    /// One for each of the movie's tracks.
    tracks: Vec<Gathering>,
    /// How many samples there are of all tracks.
    samples: u64,
    /// What lies in each `mdat`.
    mdats: Vec<ByteRange>,
    /// Whether it has come past an `mfra`, behind all fragments.
    has_passed_table: bool,
    /// What lies behind the last box, and is none.
    pub(super) junk: Option<ByteRange>,
}

/// Bytes that are read at once of a file that is read through.
const PIECE: u64 = 1 << 20;

impl Gather {
    /// A walk from `at` on, which is behind the `moov`. Its tables list the samples of `listed`, and `mdats`
    /// are what lay before it.
    pub(super) fn new(
        at: u64,
        tracks: &[Track],
        listed: &[ScannedTrack],
        mdats: Vec<ByteRange>,
    ) -> Self {
        let mut this = Self {
            at,
            other_boxes: 0,
            last_moof: 0,
            tracks: tracks.iter().map(|track| Gathering::new(track.is_video())).collect(),
            samples: 0,
            mdats,
            has_passed_table: false,
            junk: None,
        };
        for (track, gathering) in tracks.iter().zip(&mut this.tracks) {
            let listed = listed.iter().find(|listed| listed.track_id == track.id);
            let samples = listed.and_then(ScannedTrack::samples);
            for sample in samples.into_iter().flat_map(|samples| samples.iter()) {
                gathering.push(Gathered::of(&sample));
                this.samples = this.samples.saturating_add(1);
            }
        }
        this
    }

    /// Takes in one box more; true at the end of the file.
    pub(super) fn step(&mut self, window: &Window, tracks: &[Track]) -> Result<bool, Stop> {
        if self.at == window.size() {
            return Ok(true);
        }
        let is_near = self.at.saturating_sub(self.last_moof) < READ_COST;
        let more = if is_near { PIECE } else { USUAL_MOOF_LENGTH };
        let top = match window.header_and(self.at, more) {
            Err(Stop::Fault(fault)) => {
                self.junk = junk(window, self.at, self.has_passed_table)?;
                return self.junk.map(|_| true).ok_or(Stop::Fault(fault));
            }
            top => top?,
        };
        match &top.code {
            b"moof" => {
                let moof = Moof::parse(window.whole(&top, MAX_MOOF_LENGTH)?, self.at)?;
                self.take(&moof, self.at, window.size(), tracks)?;
                (self.last_moof, self.other_boxes) = (self.at, 0);
                self.has_passed_table = false;
            }
            b"mdat" => self.mdats.push(top.payload()),
            _ if self.other_boxes == MAX_OTHER_BOXES => {
                return Err(top.error(NO_FRAGMENT).into());
            }
            code => {
                self.other_boxes += 1;
                self.has_passed_table |= code == b"mfra";
            }
        }
        self.at = top.range.end();
        Ok(false)
    }

    /// Takes in the samples of the `moof` at `at` of a file of `size` bytes.
    fn take(
        &mut self,
        moof: &Moof<'_>,
        at: u64,
        size: u64,
        tracks: &[Track],
    ) -> Result<(), ScanError> {
        // Where the data ends that was described last, which is what a `traf` may count from.
        let mut end = at;
        for traf in &moof.trafs {
            let mut known = tracks.iter().zip(&mut self.tracks);
            let known = known.find(|(track, _)| track.id == traf.track_id);
            let (track, gathering) =
                known.ok_or(ScanError::UndeclaredTrack { offset: at, track_id: traf.track_id })?;
            let base = match traf.base_data_offset {
                Some(base) => base,
                None if traf.base_is_moof => at,
                None => end,
            };
            end = take(traf, (base, at), gathering, track, &mut |samples| {
                self.samples = self.samples.saturating_add(samples);
                // A count costs nothing, a sample that is there a byte.
                self.samples > MAX_SAMPLES.min(size)
            })?;
        }
        Ok(())
    }

    /// The tracks, at the end of the walk, with all of their samples, and what lies in each `mdat`.
    pub(super) fn scanned(
        &mut self,
        tracks: &[Track],
    ) -> Result<(Vec<ScannedTrack>, Vec<ByteRange>), ScanError> {
        let mut scanned = Vec::with_capacity(tracks.len());
        for (track, gathering) in tracks.iter().zip(std::mem::take(&mut self.tracks)) {
            scanned.extend(track.gathered(gathering)?);
        }
        match scanned.is_empty() {
            true => Err(ScanError::NoSamples),
            false => Ok((scanned, std::mem::take(&mut self.mdats))),
        }
    }
}

/// Takes in the samples of a `traf` whose data offsets count from `base`, of the `moof` at `at`; gives where
/// their data ends. `is_too_much` counts samples.
fn take(
    traf: &Traf<'_>,
    (base, at): (u64, u64),
    gathering: &mut Gathering,
    track: &Track,
    is_too_much: &mut impl FnMut(u64) -> bool,
) -> Result<u64, ScanError> {
    let fault = |gathering: &Gathering, problem| ScanError::Track {
        track_id: track.id,
        time: Some(track.seconds(gathering.end())),
        problem: BoxError { kind: BoxType::Code(*b"moof"), offset: at, problem },
    };
    if traf.sample_description_index.unwrap_or(track.default_entry) > 1 {
        let problem = "it is of another than the track's first sample description";
        return Err(fault(gathering, problem));
    }
    let mut is_first = true;
    let mut end = base;
    for run in &traf.truns {
        if let Some(offset) = run.data_offset {
            let from = base.checked_add_signed(offset.value.into());
            end = from.ok_or_else(|| fault(gathering, "a run begins before the file"))?;
        }
        for sample in run.counted() {
            if is_too_much(1) {
                return Err(ScanError::TooManySamples);
            }
            if std::mem::take(&mut is_first)
                && let Some(start) = start(traf, gathering, sample.composition_offset)
            {
                let time = track.seconds(u64::try_from(start).unwrap_or(0));
                let fault = |problem| ScanError::Time { track_id: track.id, time, problem };
                gathering.go_on_at(start).map_err(fault)?;
            }
            let size = sample.size.or(traf.default_sample_size);
            let duration = sample.duration.or(traf.default_sample_duration);
            let flags = sample.flags.or(traf.default_sample_flags);
            let sample = Sample {
                size: size.unwrap_or(track.default_sample_size),
                duration: duration.unwrap_or(track.default_sample_duration),
                composition_offset: sample.composition_offset,
                flags: flags.unwrap_or(track.default_sample_flags),
            };
            let gathered = Gathered { offset: end, sample };
            let range = gathered.range();
            end = range.ok_or_else(|| fault(gathering, "a sample ends beyond 2^64"))?.end();
            gathering.push(gathered);
        }
    }
    Ok(end)
}

/// When the first sample of a `traf` is decoded, in ticks, if it says so; a time before 0 is written in two's complement.
fn start(traf: &Traf<'_>, gathering: &Gathering, composition_offset: i32) -> Option<i64> {
    let tfxd = traf.tfxd.map(|tfxd| gathering.decoded(tfxd.time, composition_offset));
    traf.tfdt.map(u64::cast_signed).or(tfxd)
}
