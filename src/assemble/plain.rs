//! A stream whose tracks lie in plain files: where it is cut, and the pages that say how.

use super::cut::{CutError, Fragments, Rule};
use super::cuts::{self, Cuts, Grid};
use super::error::{AssembleError, Moment};
use super::group::Group;
use super::level::Part;
use super::pages::{Paged, Paging};
use super::pick::Picked;
use super::shown::Shown;
use crate::fragment::check;
use crate::index::{Chunk, Media, Stream, StreamKind, Timeline};
use crate::scan::Samples;
use crate::time::Timescale;

/// A track of such a stream.
struct Level<'a> {
    picked: &'a Picked<'a>,
    samples: &'a Samples,
    shown: Shown,
}

/// The timeline of the stream and its tracks' media, if they lie in plain files; `None` if they
/// do in fragmented ones.
///
/// Pictures are cut where the first level has sync samples; sound and text where the presentation's
/// first `pictures` are, if it has any.
pub(super) fn plain(
    group: &Group<'_>,
    pictures: Option<&Stream>,
    cuts: Cuts,
) -> Result<Option<(Timeline, Vec<Part>)>, AssembleError> {
    let levels = levels(group)?;
    let Some((first, others)) = levels.split_first() else { return Ok(None) };
    let (samples, end) = (first.samples, first.shown.end());
    let syncs = first.shown.syncs(samples.iter());
    let starts = match group.first.kind() {
        StreamKind::Video if cuts.shared => {
            let syncs: Box<dyn Iterator<Item = u64>> = Box::new(syncs);
            let shared = others.iter().fold(syncs, |syncs, other| {
                Box::new(cuts::shared(syncs, other.shown.syncs(other.samples.iter())))
            });
            cuts::pictures(shared, end, cuts.target())
        }
        StreamKind::Video => cuts::pictures(syncs, end, cuts.target()),
        StreamKind::Audio | StreamKind::Text => grid(pictures, cuts).cut(syncs, end),
    };
    let timeline = timeline(first, &starts, end)?;
    let parts = levels.iter().enumerate().map(|(at, level)| {
        let rule = match group.first.kind() {
            _ if at == 0 => Rule::Exact,
            StreamKind::Video => Rule::Near,
            StreamKind::Audio | StreamKind::Text => Rule::After,
        };
        level.cut((&starts, &timeline), rule, first)
    });
    let parts = parts.collect::<Result<_, _>>()?;
    Ok(Some((timeline, parts)))
}

/// The stream's tracks, all or none of which must be of plain files.
fn levels<'a>(group: &'a Group<'_>) -> Result<Vec<Level<'a>>, AssembleError> {
    let is_plain = |picked: &&Picked<'_>| picked.samples().is_some();
    let plain = group.members.iter().find(is_plain);
    let fragmented = group.members.iter().find(|picked| !is_plain(picked));
    if let (Some(plain), Some(fragmented)) = (plain, fragmented) {
        let (plain, fragmented) = (plain.place(), fragmented.place());
        return Err(AssembleError::Mixed { plain, fragmented });
    }
    let levels = group.members.iter().filter_map(|picked| {
        let samples = picked.samples()?;
        let (timescale, edit) = (picked.track.timescale, samples.edit());
        let shown = Shown::new(picked.kind(), timescale, edit, || samples.iter());
        let refused = |cause| AssembleError::Edit { place: picked.place(), cause };
        Some(shown.map(|shown| Level { picked, samples, shown }).map_err(refused))
    });
    levels.collect()
}

fn grid(pictures: Option<&Stream>, cuts: Cuts) -> Grid {
    let convert = |stream: &Stream, ticks| stream.timescale.rescale(ticks, Timescale::SMOOTH);
    let starts = pictures.into_iter().flat_map(|stream| {
        stream.timeline.iter().filter_map(move |chunk| convert(stream, chunk.start))
    });
    let end = pictures.and_then(|stream| convert(stream, stream.timeline.end()));
    let pictures_end = end.unwrap_or_default();
    Grid { pictures: starts.collect(), pictures_end, target: cuts.target() }
}

/// Chunks that start at `starts`, each of which lasts until the next.
fn timeline(first: &Level<'_>, starts: &[u64], end: u64) -> Result<Timeline, AssembleError> {
    let ends = starts.iter().skip(1).chain([&end]);
    let chunk = |(&start, &end): (&u64, &u64)| Chunk { start, duration: end.saturating_sub(start) };
    let chunks: Vec<Chunk> = starts.iter().zip(ends).map(chunk).collect();
    Timeline::new(&chunks).map_err(|at| AssembleError::Order {
        place: first.picked.place(),
        at: moment(chunks.get(at).map_or(0, |chunk| chunk.start)),
    })
}

impl Level<'_> {
    fn cut(
        &self,
        (starts, timeline): (&[u64], &Timeline),
        rule: Rule,
        first: &Self,
    ) -> Result<Part, AssembleError> {
        let samples = self.shown.of(self.samples.iter());
        let timescale = self.picked.track.timescale;
        let fragments = Fragments::new(samples, |it| self.shown.start(it), starts, rule);
        let mut paging = Paging::default();
        for (fragment, chunk) in fragments.zip(timeline.iter()) {
            let fragment = fragment.map_err(|error| self.refuse(error, first))?;
            let lengths = check(&fragment, timescale, chunk).map_err(|cause| {
                let (place, at) = (self.picked.place(), moment(chunk.start));
                AssembleError::Unsendable { place, at, cause }
            })?;
            paging.push(fragment, lengths);
        }
        let Paged { pages, rates, values, bytes } = paging.finish(timescale, timeline);
        Ok(Part { media: Media::Samples(pages), rates, bytes, pages: values })
    }

    fn refuse(&self, error: CutError, first: &Self) -> AssembleError {
        let place = self.picked.place();
        match error {
            CutError::NoSync(at) => {
                let other = first.picked.place();
                AssembleError::NoSync { place, at: moment(at), other }
            }
            CutError::Long(at) => AssembleError::Long { place, at: moment(at) },
        }
    }
}

fn moment(ticks: u64) -> Moment {
    Moment { ticks, timescale: Timescale::SMOOTH }
}
