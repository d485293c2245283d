//! Which of several files the sound is read from, where they all carry it.
//!
//! Plain files of several quality levels often have the same sound in each. Where the pictures are
//! few, its samples lie closest together, and fetching a fragment of it takes the least bytes.

use super::Sourced;
use super::pick::Picked;
use crate::index::StreamKind;
use crate::range::ByteRange;
use crate::scan::{Samples, Scanned, ScannedMedia, ScannedSample, ScannedTrack};

/// `picked`, or, if that is sound in a plain file, the same sound where it lies closest together.
pub(super) fn cheapest<'a>(picked: Picked<'a>, media: &'a [Sourced<Scanned>]) -> Picked<'a> {
    let Some(own) = picked.samples().filter(|_| picked.kind() == StreamKind::Audio) else {
        return picked;
    };
    let tracks =
        media.iter().flat_map(|file| file.content.tracks.iter().map(move |track| (file, track)));
    let same = tracks.filter_map(|(file, track)| match &track.media {
        ScannedMedia::Samples(samples) if is_same(picked.track, own, track, samples) => {
            Some(Picked { file, track, ..picked })
        }
        _ => None,
    });
    let all = [picked].into_iter().chain(same);
    all.min_by_key(|picked| spanned(picked.track)).unwrap_or(picked)
}

fn is_same(track: &ScannedTrack, samples: &Samples, other: &ScannedTrack, there: &Samples) -> bool {
    (track.timescale, &track.language) == (other.timescale, &other.language)
        && track.format == other.format
        && (samples.len(), samples.edit()) == (there.len(), there.edit())
        && are_same(samples.iter(), there.iter())
}

/// Whether sizes and durations are the same, one by one. Sizes that never change say nothing:
/// they do not tell one language from another.
fn are_same(
    samples: impl Iterator<Item = ScannedSample>,
    there: impl Iterator<Item = ScannedSample>,
) -> bool {
    let size = |sample: &ScannedSample| sample.range.length();
    let (mut first, mut vary) = (None, false);
    for (sample, other) in samples.zip(there) {
        if (size(&sample), sample.duration) != (size(&other), other.duration) {
            return false;
        }
        vary |= *first.get_or_insert(size(&sample)) != size(&sample);
    }
    vary
}

/// How many bytes there are from a track's first to its last.
pub(super) fn spanned(track: &ScannedTrack) -> u64 {
    match &track.media {
        ScannedMedia::Fragments { fragments, .. } => span(fragments.iter().map(|it| it.range)),
        ScannedMedia::Cues(_) => 0,
        ScannedMedia::Samples(samples) => span(samples.iter().map(|it| it.range)),
    }
}

fn span(ranges: impl Iterator<Item = ByteRange>) -> u64 {
    let span = ranges.fold(None, |span: Option<(u64, u64)>, range| {
        let (start, end) = span.unwrap_or((range.start(), range.end()));
        Some((start.min(range.start()), end.max(range.end())))
    });
    span.map_or(0, |(start, end)| end - start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(sizes: &[u64], apart: u64) -> Vec<ScannedSample> {
        let mut offset = 6 << 30;
        let mut sample = |(decode, &size): (u64, &u64)| {
            let range = ByteRange::with_length(offset, size).unwrap();
            offset = range.end() + apart;
            ScannedSample { decode, duration: 1, composition_offset: 0, range, flags: 0 }
        };
        (0..).zip(sizes).map(&mut sample).collect()
    }

    #[test]
    fn sound_is_the_same_if_all_its_sizes_are() {
        let same =
            |a: &[u64], b: &[u64]| are_same(samples(a, 0).into_iter(), samples(b, 9).into_iter());
        assert!(same(&[7, 8, 7], &[7, 8, 7]));
        assert!(!same(&[7, 8, 7], &[7, 8, 8]));
        assert!(!same(&[7, 7, 7], &[7, 7, 7]), "which may as well be two languages");
        let mut longer = samples(&[7, 8, 7], 0);
        longer[2].duration = 2;
        assert!(!are_same(samples(&[7, 8, 7], 0).into_iter(), longer.into_iter()));
    }

    #[test]
    fn a_track_spans_what_lies_between_its_samples_too() {
        let ranges = |sizes| samples(sizes, 5).into_iter().map(|sample| sample.range);
        assert_eq!(span(ranges(&[10, 20])), 35);
        assert_eq!(span(ranges(&[10, 20]).rev()), 35);
        assert_eq!(span(ranges(&[])), 0);
    }
}
