//! A stream whose tracks lie in progressive MP4s: where it is cut, and the pages that say how.

use super::archive::{ListedCuts, Span, is_listed};
use super::cut::{CutError, Fragments, Rule};
use super::cuts::{self, Cuts, Grid, GridCuts};
use super::error::{AssembleError, Moment};
use super::group::Group;
use super::level::Part;
use super::pages::{Paged, Paging};
use super::pick::Picked;
use super::shown::{Shown, SyncRun};
use crate::base::chunk::Chunk;
use crate::base::time::Timescale;
use crate::base::turns::Turns;
use crate::fragment::{Synthesis, check};
use crate::index::{Media, Stream, StreamKind, Timeline};
use crate::scan::Samples;
use crate::url::Noun;

/// A track of such a stream.
struct Level<'a> {
    picked: &'a Picked<'a>,
    samples: &'a Samples,
    shown: Shown,
}

/// The timeline of the stream and its tracks' media, if they lie in progressive MP4s; `None` if they
/// do in fragmented ones.
///
/// Video is cut where the first level has sync samples; audio and text where the presentation's
/// first `pictures` are, if it has any.
pub(super) async fn plain(
    group: &Group<'_>,
    pictures: Option<&Stream>,
    cuts: Cuts,
    turns: &Turns<'_>,
) -> Result<Option<(Timeline, Vec<Part>)>, AssembleError> {
    let levels = levels(group, turns).await?;
    let Some((first, others)) = levels.split_first() else { return Ok(None) };
    let end = first.shown.end();
    if let Some(mut listed) = ListedCuts::of(group) {
        first.shown.syncs(first.samples, turns, |sync| listed.push(sync)).await;
        let spans = listed.finish(end);
        if !spans.is_empty() {
            return cut(group, &levels, (&spans, Some(&spans)), turns).await.map(Some);
        }
    }
    let starts = match group.first.kind() {
        StreamKind::Video => {
            let mut syncs = first.syncs(turns).await;
            for other in others.iter().filter(|_| cuts.shared) {
                let others = other.syncs(turns).await.into_iter();
                syncs = cuts::shared(syncs.into_iter(), others).collect();
            }
            cuts::pictures(syncs.into_iter(), end, cuts.target())
        }
        // Of audio, every sample is a sync sample: too many to be held.
        StreamKind::Audio | StreamKind::Text => {
            let mut cuts = GridCuts::new(grid(pictures, cuts), end);
            first.shown.syncs(first.samples, turns, |sync| cuts.push(sync)).await;
            cuts.finish()
        }
    };
    let ends = starts.iter().skip(1).chain([&end]);
    let spans: Vec<_> = starts.iter().copied().zip(ends.copied()).collect();
    cut(group, &levels, (&spans, None), turns).await.map(Some)
}

/// The timeline of chunks that start and end then, and what each of the `levels` has of them: all samples, or those that
/// are `listed`.
async fn cut(
    group: &Group<'_>,
    levels: &[Level<'_>],
    (spans, listed): (&[Span], Option<&[Span]>),
    turns: &Turns<'_>,
) -> Result<(Timeline, Vec<Part>), AssembleError> {
    let Some(first) = levels.first() else {
        return Err(AssembleError::Empty(group.first.place()));
    };
    let timeline = timeline(first, spans)?;
    let starts: Vec<u64> = spans.iter().map(|&(start, _)| start).collect();
    let mut parts = Vec::with_capacity(levels.len());
    for (at, level) in levels.iter().enumerate() {
        let rule = match group.first.kind() {
            _ if at == 0 => Rule::Exact,
            StreamKind::Video => Rule::Near,
            StreamKind::Audio | StreamKind::Text => Rule::After,
        };
        parts.push(level.cut((&starts, &timeline), (rule, listed), first, turns).await?);
    }
    Ok((timeline, parts))
}

/// The stream's tracks, all or none of which must be of progressive MP4s.
async fn levels<'a>(
    group: &'a Group<'_>,
    turns: &Turns<'_>,
) -> Result<Vec<Level<'a>>, AssembleError> {
    let is_plain = |picked: &&Picked<'_>| picked.samples().is_some();
    let plain = group.members.iter().find(is_plain);
    let fragmented = group.members.iter().find(|picked| !is_plain(picked));
    if let (Some(plain), Some(fragmented)) = (plain, fragmented) {
        let (plain, fragmented) = (plain.place(), fragmented.place());
        return Err(AssembleError::Mixed { plain, fragmented });
    }
    let mut levels = Vec::new();
    for picked in &group.members {
        let Some(samples) = picked.samples() else { continue };
        let shown = Shown::new(picked.kind(), picked.track.timescale, samples, turns).await;
        let refused = |cause| AssembleError::Edit { place: picked.place(), cause };
        levels.push(Level { picked, samples, shown: shown.map_err(refused)? });
    }
    Ok(levels)
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

/// Chunks that start and end then.
fn timeline(first: &Level<'_>, spans: &[Span]) -> Result<Timeline, AssembleError> {
    let chunk = |&(start, end): &Span| Chunk { start, duration: end.saturating_sub(start) };
    let chunks: Vec<Chunk> = spans.iter().map(chunk).collect();
    Timeline::new(&chunks).map_err(|at| AssembleError::Order {
        place: first.picked.place(),
        at: moment(chunks.get(at).map_or(0, |chunk| chunk.start)),
    })
}

/// What cutting a sample takes, in steps: it is put into a fragment, measured, and written to a page.
const CUTTING: usize = 4;

impl Level<'_> {
    /// When those of its samples start that are shown and at which decoding can begin.
    async fn syncs(&self, turns: &Turns<'_>) -> Vec<u64> {
        let mut syncs = Vec::new();
        self.shown.syncs(self.samples, turns, |sync| syncs.push(sync)).await;
        syncs
    }

    async fn cut(
        &self,
        (starts, timeline): (&[u64], &Timeline),
        (rule, listed): (Rule, Option<&[Span]>),
        first: &Self,
        turns: &Turns<'_>,
    ) -> Result<Part, AssembleError> {
        let clock = self.shown.clock();
        let is_wanted = |chunks, run: &SyncRun| is_listed(chunks, clock.start(run.decoded));
        let runs = self.shown.sync_runs(self.samples);
        let runs = runs.filter(|run| listed.is_none_or(|chunks| is_wanted(chunks, run)));
        let (timescale, early) = (self.picked.track.timescale, self.shown.early());
        let (track_id, kind) = (self.picked.track.track_id, self.picked.kind());
        let fragments = Fragments::new(runs, self.samples.cursor(), clock, starts, rule);
        let mut paging = Paging::default();
        for ((fragment, chunk), sequence_number) in fragments.zip(timeline.iter()).zip(1..) {
            let fragment = fragment.map_err(|error| self.refuse(error, first))?;
            let noun = Noun::Segment;
            let synthesis =
                Synthesis { noun, sequence_number, track_id, kind, chunk, timescale, early };
            let checked = check(&fragment, synthesis).map_err(|cause| {
                let (place, at) = (self.picked.place(), moment(chunk.start));
                AssembleError::Unsendable { place, at, cause }
            })?;
            let steps = CUTTING.saturating_mul(fragment.samples.len());
            paging.push(fragment, checked);
            turns.spend(steps).await;
        }
        let Paged { pages, rates, values, bytes } = paging.finish((timescale, early), timeline);
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
