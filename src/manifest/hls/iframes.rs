//! The playlists of keyframes in a multivariant playlist, for fast forward and rewind.

use super::parts::video_range;
use crate::index::Format;
use crate::manifest::attributes::put;
use crate::url::{self, Frames};
use crate::view::Rendition;

/// The keyframes of every level of `video` (`RFC 8216` 4.3.4.3).
pub(super) fn write(out: &mut String, video: &Rendition<'_>) {
    for level in &video.levels {
        let (peak, codec) = (level.track.rates.key_peak, &level.codec);
        put(out, format_args!("#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH={peak},CODECS=\"{codec}\""));
        if let Format::Video(format) = &level.track.format {
            let (width, height) = format.matrix.shown((format.width, format.height));
            put(out, format_args!(",RESOLUTION={width}x{height}"));
        }
        video_range(out, level);
        let place = (&*video.stream.name, level.track.bitrate);
        let clip = video.stretch.clip();
        let playlist = url::playlist(video.generation, place, Frames::Key, clip);
        put(out, format_args!(",URI=\"{playlist}\"\n"));
    }
}
