//! The choice of the file that audio is read from, where several carry it.
//!
//! Progressive MP4s of several quality levels often have the same audio in each. Where the video is
//! few, its samples lie closest together, and fetching a fragment of it takes the least bytes.

use super::Sourced;
use super::pick::Picked;
use crate::base::range::ByteRange;
use crate::base::turns::Turns;
use crate::index::StreamKind;
use crate::scan::{Samples, Scanned, ScannedMedia, ScannedSample, ScannedTrack};

/// `picked`, or, if that is audio in a progressive MP4, the same audio where it lies closest together.
pub(super) async fn cheapest<'a>(
    picked: Picked<'a>,
    media: &'a [Sourced<Scanned>],
    turns: &Turns<'_>,
) -> Picked<'a> {
    let Some(own) = picked.samples().filter(|_| picked.kind() == StreamKind::Audio) else {
        return picked;
    };
    let tracks =
        media.iter().flat_map(|file| file.content.tracks.iter().map(move |track| (file, track)));
    let mut cheapest = picked;
    for (file, track) in tracks {
        if let ScannedMedia::Samples(samples) = &track.media
            && samples.span() < spanned(cheapest.track)
            && is_same((picked.track, own), (track, samples), turns).await
        {
            cheapest = Picked { file, track, ..picked };
        }
    }
    cheapest
}

async fn is_same(
    (track, samples): (&ScannedTrack, &Samples),
    (other, there): (&ScannedTrack, &Samples),
    turns: &Turns<'_>,
) -> bool {
    (track.timescale, &track.language) == (other.timescale, &other.language)
        && track.format == other.format
        && (samples.len(), samples.edit()) == (there.len(), there.edit())
        && match samples.have_tables_of(there) {
            true => do_vary(samples.iter(), turns).await,
            false => are_same(samples.iter(), there.iter(), turns).await,
        }
}

/// Whether not all sizes are the same.
async fn do_vary(samples: impl Iterator<Item = ScannedSample>, turns: &Turns<'_>) -> bool {
    let mut sizes = samples.map(|sample| sample.range.length());
    let first = sizes.next();
    turns.until(sizes, |size| (Some(size) != first).then_some(())).await.is_some()
}

/// Whether sizes and durations are the same, one by one. Sizes that never change say nothing:
/// they do not tell one language from another.
async fn are_same(
    samples: impl Iterator<Item = ScannedSample>,
    there: impl Iterator<Item = ScannedSample>,
    turns: &Turns<'_>,
) -> bool {
    let size = |sample: &ScannedSample| sample.range.length();
    let (mut first, mut vary) = (None, false);
    let other = turns.until(samples.zip(there), |(sample, other)| {
        vary |= *first.get_or_insert(size(&sample)) != size(&sample);
        let is_other = (size(&sample), sample.duration) != (size(&other), other.duration);
        is_other.then_some(())
    });
    let is_other = other.await.is_some();
    vary && !is_other
}

/// How many bytes there are from a track's first to its last.
pub(super) fn spanned(track: &ScannedTrack) -> u64 {
    match &track.media {
        ScannedMedia::Fragments { fragments, .. } => span(fragments.iter().map(|it| it.range)),
        ScannedMedia::Cues(_) => 0,
        ScannedMedia::Samples(samples) => samples.span(),
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

    fn compared(a: Vec<ScannedSample>, b: Vec<ScannedSample>) -> bool {
        pollster::block_on(are_same(a.into_iter(), b.into_iter(), &Turns::alone()))
    }

    #[test]
    fn sound_is_the_same_if_all_its_sizes_are() {
        let same = |a: &[u64], b: &[u64]| compared(samples(a, 0), samples(b, 9));
        assert!(same(&[7, 8, 7], &[7, 8, 7]));
        assert!(!same(&[7, 8, 7], &[7, 8, 8]));
        assert!(!same(&[7, 7, 7], &[7, 7, 7]), "which may as well be two languages");
        let mut longer = samples(&[7, 8, 7], 0);
        longer[2].duration = 2;
        assert!(!compared(samples(&[7, 8, 7], 0), longer));
    }

    #[test]
    fn a_track_spans_what_lies_between_its_samples_too() {
        let ranges = |sizes| samples(sizes, 5).into_iter().map(|sample| sample.range);
        assert_eq!(span(ranges(&[10, 20])), 35);
        assert_eq!(span(ranges(&[10, 20]).rev()), 35);
        assert_eq!(span(ranges(&[])), 0);
    }
}
