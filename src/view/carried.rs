//! The streams and levels that Smooth Streaming can carry.

use super::{Shown, ViewError};
use crate::base::matrix::Matrix;
use crate::index::{Format, StreamKind, Track};

/// The streams of `shown` that Smooth Streaming can carry; an error if none of its video and audio would remain, or if
/// video is to be turned: a client never sees the `moov` that says so.
pub(super) fn carried<'a>(shown: &[Shown<'a>]) -> Result<Vec<Shown<'a>>, ViewError> {
    shown.iter().try_for_each(check_upright)?;
    let carried = shown.iter().map(|each| {
        let tracks = each.tracks.iter().copied().filter(|track| has_name(track));
        Shown { tracks: tracks.collect(), ..*each }
    });
    let carried: Vec<_> = carried.filter(|carried| !carried.tracks.is_empty()).collect();
    let is_media = |shown: &Shown<'_>| shown.stream.kind != StreamKind::Text;
    match carried.iter().any(is_media) || !shown.iter().any(is_media) {
        true => Ok(carried),
        false => Err(ViewError::NothingInSmooth),
    }
}

fn check_upright(shown: &Shown<'_>) -> Result<(), ViewError> {
    let is_turned = |track: &&&Track| match &track.format {
        Format::Video(video) => video.matrix != Matrix::IDENTITY,
        Format::Audio(_) | Format::Text(_) => false,
    };
    match shown.tracks.iter().find(is_turned) {
        Some(track) => {
            let stream = shown.stream.name.clone();
            Err(ViewError::Turned { stream, bitrate: track.bitrate })
        }
        None => Ok(()),
    }
}

/// Whether there is a `FourCC` that clients know: the index calls these codecs what their files call them.
fn has_name(track: &Track) -> bool {
    let four_cc = match &track.format {
        Format::Video(video) => video.four_cc,
        Format::Audio(audio) => audio.four_cc,
        Format::Text(text) => text.four_cc,
    };
    !matches!(four_cc.as_str(), "av01" | "vp09" | "Opus" | "fLaC")
}
