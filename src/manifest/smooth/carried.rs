//! Which streams and levels clients of Smooth Streaming are told.

use super::super::Untold;
use crate::index::{Format, Index, Stream, StreamKind, Track};

/// A stream, with those of its levels that the protocol can carry.
pub(super) struct Carried<'a> {
    pub(super) stream: &'a Stream,
    /// Never empty.
    pub(super) tracks: Vec<&'a Track>,
}

/// The streams of `index` that the protocol can carry, in its order. What is coded as the protocol has no
/// name for is left out, unless neither video nor audio would remain.
pub(super) fn carried(index: &Index) -> Result<Vec<Carried<'_>>, Untold> {
    let carried = index.streams.iter().map(|stream| {
        let tracks = stream.tracks.iter().filter(|track| has_name(track));
        Carried { stream, tracks: tracks.collect() }
    });
    let carried: Vec<_> = carried.filter(|carried| !carried.tracks.is_empty()).collect();
    let is_media = |stream: &Stream| stream.kind != StreamKind::Text;
    let remains = carried.iter().any(|carried| is_media(carried.stream));
    match remains || !index.streams.iter().any(is_media) {
        true => Ok(carried),
        false => Err(Untold::Nothing("Smooth Streaming")),
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
