//! Levels that clients of HLS and DASH can switch between, whichever of the two they speak.

use super::label::label;
use super::language::shortest_tag;
use super::{Shown, Stretch, VideoRange, ViewError, codecs};
use crate::base::order::order;
use crate::base::target::SegmentTarget;
use crate::index::{Generation, Media, Stream, StreamKind, Track};
use crate::isobmff::TrackProtection;
use crate::protection::sample_entry;

/// Levels of a stream that a player can switch between: those coded alike, of one dynamic range.
#[derive(Clone, Debug)]
pub struct Rendition<'a> {
    /// The build that its URLs name: that of the view which it is of.
    pub generation: Generation,
    /// The stream: its name in URLs, and its language.
    pub stream: &'a Stream,
    /// When what is shown of it plays.
    pub stretch: Stretch<'a>,
    /// About how long its segments last.
    pub target: SegmentTarget,
    /// Never empty.
    pub levels: Vec<Level<'a>>,
}

/// A quality level.
#[derive(Clone, Debug)]
pub struct Level<'a> {
    /// The level: its bitrate, its format, and how it is coded.
    pub track: &'a Track,
    /// In the words of `RFC 6381`.
    pub codec: String,
    /// The dynamic range of video; `None` where all of the presentation has the usual one.
    pub range: Option<VideoRange>,
    /// How it is protected, if it is.
    pub protection: Option<TrackProtection>,
}

impl Rendition<'_> {
    /// The codec's name without its profile.
    pub fn coding(&self) -> &str {
        self.levels.first().map_or("", Level::coding)
    }

    /// The name to show.
    pub fn label(&self) -> &str {
        label(self.stream)
    }

    /// The language as a tag of BCP 47, the shortest there is; `None` where none is known.
    pub fn language(&self) -> Option<String> {
        shortest_tag(&self.stream.language)
    }
}

impl Level<'_> {
    fn coding(&self) -> &str {
        self.codec.split('.').next().unwrap_or_default()
    }

    /// Whether a segment can be of several of its chunks: samples of a progressive MP4 that lead back in the file
    /// may lie too far apart for that.
    fn can_be_joined(&self) -> bool {
        match &self.track.media {
            Media::Samples(pages) => pages.reads.are_known(),
            Media::Fragments { .. } | Media::Cues(_) => true,
        }
    }

    /// Whether a player can switch between it and `other`.
    fn is_like(&self, other: &Self) -> bool {
        self.coding() == other.coding() && self.range == other.range
    }
}

/// The video and audio of `shown` that HLS and DASH can carry, in its order, but what is not for everybody behind all else.
/// What they cannot carry is left out, and so is text, unless nothing remains.
pub(super) fn renditions<'a>(
    shown: &[Shown<'a>],
    target: SegmentTarget,
) -> Result<Vec<Rendition<'a>>, ViewError> {
    let mut renditions: Vec<Rendition<'_>> = Vec::new();
    let media = shown.iter().filter(|it| it.stream.kind != StreamKind::Text);
    for &Shown { generation, stream, stretch, ref tracks } in media {
        let known = renditions.len();
        for track in tracks {
            let Some(entry) = sample_entry(stream.kind, &track.sample_entry) else { continue };
            let Some(codec) = codecs::codec(&entry) else { continue };
            let range = (stream.kind == StreamKind::Video).then(|| VideoRange::of(&entry));
            let protection = entry.protection();
            let protection =
                protection.map_err(|cause| ViewError::protection(stream, track, cause))?;
            let level = Level { track, codec, range, protection };
            let mut own = renditions.iter_mut().skip(known);
            let is_like = |rendition: &&mut Rendition<'_>| {
                rendition.levels.first().is_some_and(|first| first.is_like(&level))
            };
            match own.find(is_like) {
                Some(rendition) => rendition.levels.push(level),
                None => {
                    let levels = vec![level];
                    renditions.push(Rendition { generation, stream, stretch, target, levels });
                }
            }
        }
    }
    for rendition in &mut renditions {
        if !rendition.levels.iter().all(Level::can_be_joined) {
            rendition.target = SegmentTarget::CHUNK;
        }
    }
    // There are players that begin with the first, whichever is the default.
    order(&mut renditions, |rendition| (rendition.is_aside().into(), 0));
    let levels = || renditions.iter().flat_map(|rendition| &rendition.levels);
    if !levels().filter_map(|level| level.range).any(VideoRange::is_high) {
        let levels = renditions.iter_mut().flat_map(|rendition| &mut rendition.levels);
        levels.for_each(|level| level.range = None);
    }
    if renditions.is_empty() { Err(ViewError::NothingInCmaf) } else { Ok(renditions) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::range::ByteRange;
    use crate::base::time::Timescale;
    use crate::index::{Pages, Reads};
    use crate::view::View;
    use crate::view::fixture::{CHUNKS, index, stream, video_level};

    /// The target of a presentation whose one level is read in these ranges, a chunk each, if six seconds are asked for.
    fn target(ranges: [(u64, u64); 3]) -> SegmentTarget {
        let reads = ranges.map(|(start, end)| vec![ByteRange::new(start, end).unwrap()]);
        let (timescale, reads) = (Timescale::SMOOTH, Reads::new(&reads));
        let pages = Pages { timescale, early: 0, entries: vec![], reads };
        let level = Track { media: Media::Samples(pages), ..video_level(300_000, (640, 360)) };
        let index = index(vec![stream("video", "", &CHUNKS, vec![level])]);
        let view = View::whole(&index).in_segments_of(SegmentTarget::DEFAULT);
        view.renditions().unwrap()[0].target
    }

    #[test]
    fn chunks_whose_samples_lead_back_in_the_file_are_segments_of_their_own() {
        assert_eq!(target([(100, 200), (200, 300), (400, 500)]), SegmentTarget::DEFAULT);
        assert_eq!(target([(100, 200), (400, 500), (200, 300)]), SegmentTarget::CHUNK);
    }
}
