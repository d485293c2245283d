//! From when to when a presentation lasts.

use super::{Stream, StreamKind};
use crate::base::time::Timescale;
use std::ops::Range;

/// From the earliest start of `streams` to the latest end, in ticks of `timescale`: of video and audio alone,
/// where there are any, for text shows nothing by itself.
pub fn span<'a>(
    streams: impl Iterator<Item = &'a Stream> + Clone,
    timescale: Timescale,
) -> Range<u64> {
    let is_text = |stream: &&Stream| stream.kind == StreamKind::Text;
    let text_alone = streams.clone().all(|stream| is_text(&stream));
    let streams = streams.filter(|stream| text_alone || !is_text(stream));
    let ticks = |stream: &Stream, at| stream.timescale.rescale(at, timescale).unwrap_or(u64::MAX);
    let starts = streams.clone().map(|stream| ticks(stream, stream.timeline.start()));
    let ends = streams.map(|stream| ticks(stream, stream.timeline.end()));
    starts.min().unwrap_or(0)..ends.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::chunk::Chunk;
    use crate::index::Timeline;

    fn stream(kind: StreamKind, timescale: u32, start: u64, duration: u64) -> Stream {
        Stream {
            kind,
            name: String::new(),
            subtype: String::new(),
            language: String::new(),
            timescale: Timescale::new(timescale).unwrap(),
            timeline: Timeline::new(&[Chunk { start, duration }]).unwrap(),
            attributes: vec![],
            tracks: vec![],
        }
    }

    #[test]
    fn text_makes_a_presentation_no_longer() {
        let video = stream(StreamKind::Video, 1000, 2000, 6000);
        let audio = stream(StreamKind::Audio, 100, 190, 620);
        let text = stream(StreamKind::Text, 1, 0, 60);
        let all = [&text, &video, &audio];
        assert_eq!(span(all.into_iter(), Timescale::SMOOTH), 19_000_000..81_000_000);
        let text = [&text];
        assert_eq!(span(text.into_iter(), Timescale::new(1).unwrap()), 0..60);
    }
}
