//! A stream of text files: it is cut where the video is, and no cue is lost at a cut.

use super::error::{AssembleError, Moment};
use super::group::Group;
use super::level::{Part, rates};
use super::pages::Values;
use super::pick::Picked;
use super::warning::Warning;
use crate::base::chunk::Chunk;
use crate::base::range::ByteRange;
use crate::base::time::Timescale;
use crate::fragment::MAX_HELD_TEXT;
use crate::index::{Cues, Media, Stream, StreamKind, Timeline};
use crate::scan::ScannedCues;
use crate::text::Outlined;
use std::ops::Range;
use thiserror::Error;

/// The most cues that a chunk may have.
const MAX_AT_ONCE: usize = 1000;

/// A text file has too much for one chunk.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{file}: {much}")]
pub(super) struct CrowdedError {
    /// The text file.
    pub(super) file: String,
    much: TooMuch,
}

/// What a chunk has too much of, and when it starts.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
enum TooMuch {
    #[error("more than {MAX_AT_ONCE} cues are shown in the chunk at {0}")]
    Cues(Moment),
    #[error("{length} bytes have to be read for the chunk at {at}, and {MAX_HELD_TEXT} may be")]
    Bytes { length: u64, at: Moment },
}

/// The chunks of the stream that text is shown with.
pub(super) struct Guide {
    /// The chunks that it has, which are those of a stream.
    pub(super) timeline: Timeline,
    /// Ticks a second of the timeline: those that every client of Smooth Streaming is happy with.
    pub(super) timescale: Timescale,
    /// When the presentation starts, and with it the time of text files.
    zero: u64,
    /// When each chunk is, in the same ticks as cues.
    chunks: Vec<Range<u64>>,
}

impl Guide {
    /// The first video of these streams, or else the first of them.
    pub(super) fn new<'a>(streams: impl Iterator<Item = &'a Stream> + Clone) -> Option<Self> {
        let pictures = streams.clone().find(|stream| stream.kind == StreamKind::Video);
        let stream = pictures.or_else(|| streams.clone().next())?;
        let smooth = |stream: &Stream, ticks| {
            stream.timescale.rescale(ticks, Timescale::SMOOTH).unwrap_or(u64::MAX)
        };
        let zero = streams.map(|stream| smooth(stream, stream.timeline.start())).min()?;
        let chunks = stream.timeline.iter().map(|chunk| {
            smooth(stream, chunk.start)..smooth(stream, chunk.end().unwrap_or(u64::MAX))
        });
        let chunks: Vec<Range<u64>> = chunks.collect();
        let chunk = |chunk: &Range<u64>| Chunk {
            start: chunk.start,
            duration: chunk.end.saturating_sub(chunk.start),
        };
        // Where chunks are too short for such ticks, they keep their own.
        let (timeline, timescale) = Timeline::new(&chunks.iter().map(chunk).collect::<Vec<_>>())
            .map_or_else(
                |_| (stream.timeline.clone(), stream.timescale),
                |timeline| (timeline, Timescale::SMOOTH),
            );
        Some(Self { timeline, timescale, zero, chunks })
    }

    /// Which chunks show something of what is shown at `time`.
    fn during(&self, time: &Range<u64>) -> Range<usize> {
        let (start, end) =
            (time.start.saturating_add(self.zero), time.end.saturating_add(self.zero));
        let first = self.chunks.partition_point(|chunk| chunk.end <= start);
        let behind = self.chunks.partition_point(|chunk| chunk.start < end);
        first..behind.max(first)
    }
}

/// Whether the stream is one of text files; all or none of its tracks must be.
pub(super) fn is_of_cues(group: &Group<'_>) -> Result<bool, AssembleError> {
    let mut texts = group.members.iter().filter(|member| member.cues().is_some());
    let other = group.members.iter().find(|member| member.cues().is_none());
    match (texts.next(), other) {
        (Some(text), Some(other)) => Err(AssembleError::MixedText {
            text: text.file.source.key.clone(),
            other: other.place(),
        }),
        (text, _) => Ok(text.is_some()),
    }
}

/// What there is to send of the tracks of a stream of text files, or the file that has too many cues.
pub(super) fn parts(group: &Group<'_>, guide: &Guide) -> Result<Vec<Part>, CrowdedError> {
    let timeline = (&guide.timeline, guide.timescale);
    let part = |(member, cues): (&Picked<'_>, &ScannedCues)| {
        let stretches = stretches(&cues.outline, guide)
            .map_err(|much| CrowdedError { file: member.file.source.key.clone(), much })?;
        let sizes = stretches.iter().map(|stretch| stretch.length());
        let rates = rates(member, sizes, timeline);
        let bytes = stretches.iter().map(|stretch| u128::from(stretch.length())).sum();
        let media = Media::Cues(Cues::new(cues.syntax, guide.zero, &stretches));
        Ok(Part { media, rates, bytes, pages: Values::new() })
    };
    group.members.iter().filter_map(|member| Some((member, member.cues()?))).map(part).collect()
}

/// A warning for each text file of `group` that shows nothing in any chunk, where its tracks have these `parts`, and for
/// each whose coding was guessed.
pub(super) fn warnings(group: &Group<'_>, parts: &[Part]) -> Vec<Warning> {
    let warnings = group.members.iter().zip(parts).flat_map(|(member, part)| {
        let file = || member.file.source.key.clone();
        let cues = member.cues();
        let silent =
            Warning::SilentText { file: file(), cues: cues.map_or(0, |it| it.outline.len()) };
        let guessed = Warning::GuessedText { file: file() };
        let is_guessed = cues.is_some_and(|cues| cues.is_guessed);
        let silent = Some(silent).filter(|_| part.bytes == 0);
        silent.into_iter().chain(Some(guessed).filter(|_| is_guessed))
    });
    warnings.collect()
}

/// For each chunk, the stretch of the file that holds all its cues; or an error, what the first chunk that cannot be served
/// has too much of.
fn stretches(outline: &[Outlined], guide: &Guide) -> Result<Vec<ByteRange>, TooMuch> {
    let at = |chunk: &Range<u64>| Moment { ticks: chunk.start, timescale: Timescale::SMOOTH };
    // How many more cues a chunk has than the one before it: to count them first bounds the work.
    let mut changes = vec![0i64; guide.chunks.len().saturating_add(1)];
    for cue in outline {
        let during = guide.during(&cue.time);
        for (at, change) in [(during.start, 1), (during.end, -1)] {
            if let Some(sum) = changes.get_mut(at) {
                *sum += change;
            }
        }
    }
    let mut count = 0;
    for (chunk, change) in guide.chunks.iter().zip(&changes) {
        count += change;
        if usize::try_from(count).is_ok_and(|count| count > MAX_AT_ONCE) {
            return Err(TooMuch::Cues(at(chunk)));
        }
    }
    let mut stretches: Vec<Option<Range<usize>>> = vec![None; guide.chunks.len()];
    for Outlined { time, place } in outline {
        for stretch in stretches.get_mut(guide.during(time)).unwrap_or_default() {
            *stretch = Some(match stretch.take() {
                Some(known) => known.start.min(place.start)..known.end.max(place.end),
                None => place.clone(),
            });
        }
    }
    let range = |stretch: Option<Range<usize>>| {
        let Range { start, end } = stretch.unwrap_or(0..0);
        let (start, end) = (u64::try_from(start).ok()?, u64::try_from(end).ok()?);
        ByteRange::new(start, end)
    };
    let empty = || ByteRange::with_length(0, 0);
    let stretches = stretches.into_iter().filter_map(|stretch| range(stretch).or_else(empty));
    let stretches: Vec<ByteRange> = stretches.collect();
    let mut lengths = guide.chunks.iter().zip(stretches.iter().map(|stretch| stretch.length()));
    match lengths.find(|&(_, length)| length > MAX_HELD_TEXT) {
        Some((chunk, length)) => Err(TooMuch::Bytes { length, at: at(chunk) }),
        None => Ok(stretches),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::Labels;

    fn stream(kind: StreamKind, timescale: u32, chunks: &[(u64, u64)]) -> Stream {
        let chunks: Vec<Chunk> =
            chunks.iter().map(|&(start, duration)| Chunk { start, duration }).collect();
        Stream {
            kind,
            name: "a".into(),
            subtype: String::new(),
            language: String::new(),
            labels: Labels::default(),
            timescale: Timescale::new(timescale).unwrap(),
            timeline: Timeline::new(&chunks).unwrap(),
            attributes: vec![],
            tracks: vec![],
        }
    }

    const SECOND: u64 = 10_000_000;

    fn cue(seconds: Range<u64>, place: Range<usize>) -> Outlined {
        Outlined { time: seconds.start * SECOND..seconds.end * SECOND, place }
    }

    #[test]
    fn every_chunk_has_all_its_cues_wherever_they_lie() {
        let pictures = stream(StreamKind::Video, 1, &[(10, 2), (12, 2), (15, 2), (17, 2)]);
        let guide = Guide::new([&pictures].into_iter()).unwrap();
        let outline = [
            cue(0..1, 10..20),
            cue(1..3, 40..50),
            cue(1..2, 20..30),
            cue(4..5, 60..70),
            cue(8..100, 90..99),
            cue(90..99, 80..90),
        ];
        let found = stretches(&outline, &guide).unwrap();
        let found: Vec<_> = found.iter().map(|range| (range.start(), range.end())).collect();
        // A cue between two chunks is shown in neither.
        assert_eq!(found, [(10, 50), (40, 50), (0, 0), (90, 99)]);
    }

    #[test]
    fn time_is_the_presentations_and_cuts_are_the_pictures() {
        let sound = stream(StreamKind::Audio, 1, &[(9, 20)]);
        let pictures = stream(StreamKind::Video, 1, &[(10, 2)]);
        let guide = Guide::new([&sound, &pictures].into_iter()).unwrap();
        let chunks: Vec<_> = guide.timeline.iter().collect();
        assert_eq!(chunks, [Chunk { start: 10 * SECOND, duration: 2 * SECOND }]);
        assert_eq!((guide.zero, guide.timescale), (9 * SECOND, Timescale::SMOOTH));
        assert_eq!(Guide::new([&sound].into_iter()).unwrap().chunks.len(), 1);
        assert!(Guide::new(std::iter::empty()).is_none());
    }

    #[test]
    fn a_chunk_has_only_so_many() {
        let pictures = stream(StreamKind::Video, 1, &[(0, 2), (2, 2)]);
        let guide = Guide::new([&pictures].into_iter()).unwrap();
        let mut outline = vec![cue(3..4, 0..9); MAX_AT_ONCE];
        assert_eq!(stretches(&outline, &guide).unwrap().len(), 2);
        outline.push(cue(0..9, 0..9));
        let at = Moment { ticks: 2 * SECOND, timescale: Timescale::SMOOTH };
        assert_eq!(stretches(&outline, &guide), Err(TooMuch::Cues(at)));
        let most = usize::try_from(MAX_HELD_TEXT).unwrap();
        assert!(stretches(&[cue(3..4, 5..5 + most)], &guide).is_ok());
        let length = MAX_HELD_TEXT + 1;
        let more = stretches(&[cue(3..4, 5..6 + most)], &guide);
        assert_eq!(more, Err(TooMuch::Bytes { length, at }));
    }
}
