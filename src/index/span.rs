//! From when to when a presentation lasts.

use super::{Stream, StreamKind};
use crate::base::time::Timescale;
use std::ops::Range;

impl Stream {
    /// From the start of its first chunk to the end of its last, in ticks of `timescale`.
    pub fn span(&self, timescale: Timescale) -> Range<u64> {
        let ticks = |at| self.timescale.rescale(at, timescale).unwrap_or(u64::MAX);
        ticks(self.timeline.start())..ticks(self.timeline.end())
    }
}

/// From the earliest start of streams, each of a kind, to the latest end: of video and audio alone, where there are any,
/// for text shows nothing by itself.
pub fn span(streams: impl Iterator<Item = (StreamKind, Range<u64>)> + Clone) -> Range<u64> {
    let text_alone = streams.clone().all(|(kind, _)| kind == StreamKind::Text);
    let spans = streams.filter(|(kind, _)| text_alone || *kind != StreamKind::Text);
    let starts = spans.clone().map(|(_, span)| span.start);
    let ends = spans.map(|(_, span)| span.end);
    starts.min().unwrap_or(0)..ends.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::chunk::Chunk;
    use crate::index::{Labels, Timeline};

    fn stream(kind: StreamKind, timescale: u32, start: u64, duration: u64) -> Stream {
        Stream {
            kind,
            name: String::new(),
            subtype: String::new(),
            language: String::new(),
            labels: Labels::default(),
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
        let of = |streams: &[&Stream], timescale| {
            span(streams.iter().map(|stream| (stream.kind, stream.span(timescale))))
        };
        let all = of(&[&text, &video, &audio], Timescale::SMOOTH);
        assert_eq!(all, 19_000_000..81_000_000);
        assert_eq!(of(&[&text], Timescale::new(1).unwrap()), 0..60);
    }
}
