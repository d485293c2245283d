//! A progressive MP4: its samples are listed in its `moov`, one by one.

use super::coding::{Coding, check_ids, edit, kind};
use super::left_out::{self, LeftOut};
use super::pace::durations;
use super::{MAX_SAMPLES, Samples, ScanError, Scanned, ScannedMedia, ScannedTrack};
use crate::base::frame_rate::Pace;
use crate::base::turns::Turns;
use crate::index::Format;
use crate::isobmff::{BoxError, Movie, MovieTrack};
use std::sync::Arc;

/// The tracks of a progressive MP4 of `size` bytes, by its `moov`, which lies at `offset`.
pub(super) async fn tracks(
    moov: Vec<u8>,
    offset: u64,
    size: u64,
    turns: &Turns<'_>,
) -> Result<Scanned, ScanError> {
    let moov = Arc::new(moov);
    let movie = Movie::parse(&moov, offset)?;
    let played = || movie.tracks.iter().filter(|track| kind(track.handler).is_some());
    check_ids(played())?;
    let (mut tracks, mut left_out, mut count) = (Vec::new(), LeftOut::unread(&movie), 0u64);
    for track in played() {
        let coding = match left_out::coding(&movie, track, coding) {
            Ok(Some(coding)) => coding,
            Ok(None) => continue,
            Err(left) => {
                left_out.push(left);
                continue;
            }
        };
        count = count.saturating_add(track.sample_count.into());
        if count > MAX_SAMPLES {
            return Err(ScanError::TooManySamples);
        }
        match scanned((&moov, &movie), track, coding, size, turns).await {
            Ok(track) => tracks.push(track),
            Err(why) => left_out.push(LeftOut::damaged(track, why)),
        }
    }
    Ok(Scanned { tracks, left_out })
}

/// A track of the `movie` that is in `moov`, which is coded like this.
async fn scanned(
    (moov, movie): (&Arc<Vec<u8>>, &Movie<'_>),
    track: &MovieTrack<'_>,
    Coding { mut format, sample_entry, .. }: Coding,
    size: u64,
    turns: &Turns<'_>,
) -> Result<ScannedTrack, ScanError> {
    let fault = |problem| ScanError::Track { track_id: track.track_id, time: None, problem };
    track.check_own_media().map_err(fault)?;
    let edit = edit(movie, track).map_err(fault)?;
    let samples = Samples::read(moov, track, edit, size, turns).await?;
    if let Format::Video(video) = &mut format {
        let mut pace = Pace::new(track.timescale);
        for (count, duration) in durations(&samples) {
            turns.spend(pace.push_run(count, duration)).await;
        }
        video.frame_rate = pace.frame_rate();
    }
    Ok(ScannedTrack {
        track_id: track.track_id,
        timescale: track.timescale,
        language: track.language.clone(),
        format,
        sample_entry,
        protections: Vec::new(),
        media: ScannedMedia::Samples(samples),
    })
}

/// How a track is coded. What protects its samples is said in tables that a fragment made of them
/// would lack.
fn coding(movie: &Movie<'_>, track: &MovieTrack<'_>) -> Result<Coding, BoxError> {
    match track.entry.is_protected {
        true => Err(track.entry.error("it is protected, which can be served of fragments only")),
        false => Coding::of(movie, track, &track.entry),
    }
}
