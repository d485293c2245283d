//! A plain file: its samples are listed in its `moov`, one by one.

use super::track::{Coding, is_played};
use super::{Edit, MAX_SAMPLES, Samples, ScanError, ScannedMedia, ScannedTrack};
use crate::frame_rate::{FrameRate, Pace};
use crate::index::Format;
use crate::isobmff::{BoxError, Movie, MovieTrack};
use crate::time::Timescale;
use std::sync::Arc;

/// The tracks of a plain file of `size` bytes, by its `moov`, which lies at `offset`.
///
/// Tracks of a codec that cannot be served are left out (chapters and cover pictures are such
/// tracks), unless there are no others.
pub(super) fn tracks(
    moov: Vec<u8>,
    offset: u64,
    size: u64,
) -> Result<Vec<ScannedTrack>, ScanError> {
    let moov = Arc::new(moov);
    let movie = Movie::parse(&moov, offset)?;
    let (mut scanned, mut left_out, mut count) = (Vec::new(), None, 0u64);
    for track in movie.tracks.iter().filter(|track| is_played(track)) {
        let fault = |problem| ScanError::Track { track_id: track.track_id, time: None, problem };
        let Coding { mut format, sample_entry, .. } = match coding(track) {
            Ok(coding) => coding,
            Err(problem) => {
                left_out.get_or_insert(fault(problem));
                continue;
            }
        };
        count = count.saturating_add(track.sample_count.into());
        if count > MAX_SAMPLES {
            return Err(ScanError::TooManySamples);
        }
        track.check_own_media().map_err(fault)?;
        if matches!(format, Format::Video(_)) {
            track.check_upright().map_err(fault)?;
        }
        let edit = edit(&movie, track).map_err(fault)?;
        let samples = Samples::read(&moov, track, edit, size)?;
        if let Format::Video(video) = &mut format {
            video.frame_rate = frame_rate(&samples, track.timescale);
        }
        scanned.push(ScannedTrack {
            track_id: track.track_id,
            timescale: track.timescale,
            language: track.language.clone(),
            format,
            sample_entry,
            protections: Vec::new(),
            media: ScannedMedia::Samples(samples),
        });
    }
    match left_out {
        Some(error) if scanned.is_empty() => Err(error),
        _ => Ok(scanned),
    }
}

/// How a track is coded. What protects its samples is said in tables that a fragment made of them
/// would lack.
fn coding(track: &MovieTrack<'_>) -> Result<Coding, BoxError> {
    match track.entry.is_protected {
        true => Err(track.entry.error("it is protected, which can be served of fragments only")),
        false => Coding::of(&track.entry),
    }
}

/// That of all samples but the last, if there are others: nothing comes after it that could say how long
/// it lasts, and writers put there what they like.
fn frame_rate(samples: &Samples, timescale: Timescale) -> Option<FrameRate> {
    let mut pace = Pace::new(timescale);
    let bounded = samples.len().saturating_sub(1).max(1);
    samples.iter().take(bounded).for_each(|sample| pace.push(sample.duration));
    pace.frame_rate()
}

fn edit(movie: &Movie<'_>, track: &MovieTrack<'_>) -> Result<Edit, BoxError> {
    match track.edit_list()? {
        Some(list) => Edit::of(&list, movie.timescale()?, track.timescale),
        None => Ok(Edit::default()),
    }
}
