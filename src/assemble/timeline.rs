//! When the chunks of a stream of fragments start, and that its tracks and the client manifest agree
//! on it.

use super::archive;
use super::carried::Carried;
use super::cuts::TOLERANCE;
use super::error::{AssembleError, Followed, Moment};
use super::group::{Group, Listed};
use super::pick::Picked;
use crate::base::chunk::Chunk;
use crate::base::time::Timescale;
use crate::index::Timeline;
use crate::scan::ScannedMedia;

/// The tracks of a stream of fragments.
pub(super) fn levels<'a>(group: &'a Group<'a>) -> Result<Vec<Carried<'a>>, AssembleError> {
    let level = |member: &'a Picked<'a>| match &member.track.media {
        ScannedMedia::Fragments { manner, fragments } => {
            let fragments = archive::fragments(group, member, fragments);
            Some(Carried::new(member, manner, fragments))
        }
        ScannedMedia::Samples(_) | ScannedMedia::Cues(_) => None,
    };
    group.members.iter().filter_map(level).collect()
}

/// Ticks a second of a stream of fragments: the files' own, as stored fragments count in them, or Smooth
/// Streaming's where the files differ.
pub(super) fn timescale(group: &Group<'_>) -> Timescale {
    let own = group.first.track.timescale;
    let is_shared = group.members.iter().all(|member| member.track.timescale == own);
    if is_shared { own } else { Timescale::SMOOTH }
}

/// The timeline of a stream of these `levels`, in ticks of `timescale`.
///
/// Chunks start when the client manifest says, for players and caches know them by that, or else
/// when the fragments of the first track do; but for what the edit list of that moves.
pub(super) fn timeline(
    group: &Group<'_>,
    levels: &[Carried<'_>],
    timescale: Timescale,
) -> Result<Timeline, AssembleError> {
    let picked = &group.first;
    let Some(first) = levels.first() else { return Err(AssembleError::Empty(picked.place())) };
    let own: Vec<Chunk> = first.fragments.iter().map(|fragment| fragment.chunk).collect();
    let order = |chunk: Option<&Chunk>| AssembleError::Order {
        place: picked.place(),
        at: picked.moment(chunk.map_or(0, |chunk| chunk.start)),
    };
    if let Some((_, late)) = own.iter().zip(own.iter().skip(1)).find(|(a, b)| a.start >= b.start) {
        return Err(order(Some(late)));
    }
    for level in levels {
        align(first, level)?;
    }
    let mut chunks = match group.listed.filter(|listed| !listed.stream.chunks.is_empty()) {
        Some(listed) => fit(picked, &own, listed)?,
        None => own.clone(),
    };
    let noise = u64::from(picked.track.timescale.ticks_per_second() / 10);
    settle(&mut chunks, &own, noise);
    let sent = chunks.iter().map(|&chunk| {
        let Chunk { start, duration } = first.shown(chunk);
        let rescale = |ticks| picked.track.timescale.rescale(ticks, timescale);
        let end = rescale(start.checked_add(duration)?)?;
        let start = rescale(start)?;
        Some(Chunk { start, duration: end.checked_sub(start)? })
    });
    let sent = sent.collect::<Option<Vec<_>>>().ok_or_else(|| order(chunks.last()))?;
    Timeline::new(&sent).map_err(|at| order(chunks.get(at)))
}

/// Checks that `other`, a quality level of the same stream as `first`, has its fragments at the
/// same times, to the millisecond.
fn align(first: &Carried<'_>, other: &Carried<'_>) -> Result<(), AssembleError> {
    let ticks = |moment: Moment| moment.timescale.rescale(moment.ticks, Timescale::SMOOTH);
    let near = |is: Moment, wanted: Moment| {
        ticks(is).zip(ticks(wanted)).is_some_and(|(is, at)| is.abs_diff(at) <= TOLERANCE)
    };
    for at in 0..first.fragments.len().max(other.fragments.len()) {
        let (is, wanted) = (other.start(at), first.start(at));
        if !is.zip(wanted).is_some_and(|(is, wanted)| near(is, wanted)) {
            let (place, other) = (other.picked.place(), Followed::Level(first.picked.place()));
            return Err(AssembleError::Misaligned { place, is, other, wanted });
        }
    }
    Ok(())
}

/// The chunks of the client manifest in the track's timescale: as many as the track has fragments,
/// and each within half a chunk of its own fragment.
fn fit(first: &Picked<'_>, own: &[Chunk], listed: Listed<'_>) -> Result<Vec<Chunk>, AssembleError> {
    let (from, to) = (listed.stream.timescale, first.track.timescale);
    let convert = |chunk: &Chunk| {
        let start = from.rescale(chunk.start, to)?;
        let end = from.rescale(chunk.end()?, to)?;
        Some(Chunk { start, duration: end.saturating_sub(start) })
    };
    let fit = |at: usize| {
        let fragment = own.get(at)?;
        let chunk = convert(listed.stream.chunks.get(at)?)?;
        let length = match own.get(at + 1) {
            Some(next) => next.start.saturating_sub(fragment.start),
            None => fragment.duration.max(chunk.duration),
        };
        (fragment.start.abs_diff(chunk.start) <= length / 2).then_some(chunk)
    };
    let misfit = |at: usize| AssembleError::Misaligned {
        place: first.place(),
        is: first.start(at),
        other: Followed::Listed(listed.to_string()),
        wanted: listed.stream.chunks.get(at).map(|c| Moment { ticks: c.start, timescale: from }),
    };
    let count = own.len().max(listed.stream.chunks.len());
    (0..count).map(|at| fit(at).ok_or_else(|| misfit(at))).collect()
}

/// Decides how long each chunk lasts, which producers write wrongly more often than when it starts.
///
/// It lasts until the next one, unless first the client manifest, which is what `chunks` come
/// with, or else the file speaks of a gap: more than the `noise` of rounding and of durations
/// that lack a last frame. The last one lasts as long as the client manifest says if that is
/// within a factor of two of what the file says.
fn settle(chunks: &mut [Chunk], own: &[Chunk], noise: u64) {
    let mut before = 0;
    for (at, own) in own.iter().enumerate() {
        let next = chunks.get(at + 1).map(|next| next.start);
        let Some(chunk) = chunks.get_mut(at) else { return };
        let said = chunk.duration;
        chunk.duration = match next {
            Some(next) => {
                let span = next.saturating_sub(chunk.start);
                let gap = |&duration: &u64| duration > 0 && duration.saturating_add(noise) < span;
                [said, own.duration].into_iter().find(gap).unwrap_or(span)
            }
            None => {
                let usual = if own.duration > 0 { own.duration } else { before };
                let plausible = usual == 0 || (usual / 2..=usual.saturating_mul(2)).contains(&said);
                if plausible { said } else { usual }
            }
        };
        before = chunk.duration;
    }
}
