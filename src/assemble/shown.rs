//! Which samples of a progressive MP4 are shown, and when: its edit list, applied.

use super::clock::Clock;
use super::error::{EditError, Moment};
use crate::base::time::Timescale;
use crate::base::turns::Turns;
use crate::index::StreamKind;
use crate::scan::{Samples, ScannedSample};
use std::ops::Range;

/// The part of a track's samples that is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Shown {
    clock: Clock,
    /// The places of those that there are in the order of decoding.
    places: Range<usize>,
    /// How many ticks come before what is shown first.
    early: u64,
    /// When the last sample ends, in ticks of [`Timescale::SMOOTH`].
    end: u64,
}

impl Shown {
    /// What the edit list shows of a track with these samples.
    ///
    /// Video is shown from the frame on which is to be seen when the edit begins; it has to be a
    /// sync sample, for what leads up to it is not sent. They are decoded from 0 on, and what the file
    /// composes the first one late is early. Audio begins up to a second before it is shown, for its
    /// decoder may need that: what comes before 0 is early. Text is shown from the first sample that
    /// starts within the edit.
    pub(super) async fn new(
        kind: StreamKind,
        timescale: Timescale,
        samples: &Samples,
        turns: &Turns<'_>,
    ) -> Result<Self, EditError> {
        let edit = samples.edit();
        let Start { place, before, composed, hidden } = match kind {
            StreamKind::Video => first_picture(timescale, edit.media_time, samples, turns).await?,
            StreamKind::Audio if edit.delay == 0 => {
                let preroll = timescale.ticks_per_second().into();
                first_within((edit.media_time, preroll), samples, turns).await?
            }
            StreamKind::Audio | StreamKind::Text => {
                first_within((edit.media_time, 0), samples, turns).await?
            }
        };
        let late = composed - i128::from(before);
        let shown_at = |sample: &ScannedSample| composition(sample) - composed + wide(edit.delay);
        let is_over =
            |sample: &ScannedSample| edit.end.is_some_and(|end| shown_at(sample) >= wide(end));
        let fits = |offset: i32| i32::try_from(i128::from(offset) - late).is_ok();
        let (least, most) = samples.composition_offsets();
        // Where that is beyond doubt, those at the end alone decide how many are shown.
        let sure = match edit.end {
            _ if !fits(least) || !fits(most) => 0,
            None => samples.len(),
            Some(end) => {
                let decided = wide(end) - wide(edit.delay) + composed - i128::from(most);
                u64::try_from(decided.max(0)).map_or(samples.len(), |ticks| samples.before(ticks))
            }
        };
        let from = sure.saturating_sub(1).max(place);
        let (mut end, mut last) = (place, None);
        let too_far = turns.until(samples.iter().enumerate().skip(from), |(at, sample)| {
            if !is_over(&sample) {
                (end, last) = (at.saturating_add(1), Some(sample));
            }
            (!fits(sample.composition_offset)).then_some(())
        });
        too_far.await.map_or(Ok(()), |()| Err(EditError::TooFar))?;
        let last = last.ok_or(EditError::Nothing)?;
        let ticks = (last.decode.saturating_sub(before))
            .checked_add(last.duration.into())
            .and_then(|ticks| ticks.checked_add(edit.delay));
        let end_ticks = ticks.and_then(|ticks| timescale.rescale(ticks, Timescale::SMOOTH));
        Ok(Self {
            clock: Clock {
                timescale,
                sooner: before,
                later: edit.delay.checked_add(hidden).ok_or(EditError::TooFar)?,
                lifted: i64::try_from(-late.min(0)).map_err(|_| EditError::TooFar)?,
                hidden,
            },
            places: place..end,
            early: carried(late.max(0) + wide(hidden), timescale).ok_or(EditError::TooFar)?,
            end: end_ticks.ok_or(EditError::TooFar)?,
        })
    }

    /// How many ticks come before what is shown first: clients that know edit lists get one, and for others
    /// video is composed that much earlier, and that much audio is left out.
    pub(super) fn early(&self) -> u64 {
        self.early
    }

    /// Those of the track's samples that are sent, from one with which decoding can begin to the next.
    pub(super) fn sync_runs(&self, samples: &Samples) -> impl Iterator<Item = SyncRun> {
        let mut syncs = self.sync_times(samples).peekable();
        let end = self.places.end;
        std::iter::from_fn(move || {
            let (start, decoded) = syncs.next()?;
            let end = syncs.peek().map_or(end, |&(next, _)| next);
            Some(SyncRun { places: start..end, decoded })
        })
    }

    /// The place of each of those with which decoding can begin, and when it is decoded.
    fn sync_times(&self, samples: &Samples) -> impl Iterator<Item = (usize, u64)> {
        let Self { clock, places, .. } = self;
        let before = samples.sync_times().take_while(|(place, _)| *place < places.end);
        let shown = before.skip_while(|(place, _)| *place < places.start);
        shown.map(|(place, listed)| (place, clock.decoded(listed)))
    }

    /// When the samples that are sent are decoded, and start.
    pub(super) fn clock(&self) -> Clock {
        self.clock
    }

    /// Calls `act` with the start of each sample that is shown and at which decoding can begin.
    pub(super) async fn syncs(
        &self,
        samples: &Samples,
        turns: &Turns<'_>,
        mut act: impl FnMut(u64),
    ) {
        let syncs = self.sync_times(samples);
        turns.each(syncs, |(_, decoded)| act(self.clock.start(decoded))).await;
    }

    /// When the last sample ends, in ticks of [`Timescale::SMOOTH`].
    pub(super) fn end(&self) -> u64 {
        self.end
    }
}

/// A sample with which decoding can begin, and those behind it with which it cannot.
pub(super) struct SyncRun {
    /// Their places among all of the track.
    pub(super) places: Range<usize>,
    /// When the first is decoded as it is sent, in ticks of the track.
    pub(super) decoded: u64,
}

/// The sample that showing begins with.
struct Start {
    place: usize,
    /// The time of decoding at which it does.
    before: u64,
    /// The time of composition at which it does.
    composed: i128,
    /// How many ticks before that the first sample is decoded.
    hidden: u64,
}

/// `early` ticks, if the boxes that are to state them can hold them.
fn carried(early: i128, timescale: Timescale) -> Option<u64> {
    let early = u64::try_from(early).ok()?;
    i32::try_from(timescale.rescale(early, Timescale::SMOOTH)?).ok()?;
    Some(early)
}

/// The last sync sample composed at or before `media_time`, if it is still to be seen by then; or
/// the first that is composed after it.
async fn first_picture(
    timescale: Timescale,
    media_time: u64,
    samples: &Samples,
    turns: &Turns<'_>,
) -> Result<Start, EditError> {
    let begins = wide(media_time);
    let mut start: Option<(usize, ScannedSample)> = None;
    let all = turns.each(samples.syncs(), |(place, sample)| {
        if composition(&sample) <= begins || start.is_none() {
            start = Some((place, sample));
        }
    });
    all.await;
    let (place, sample) = start.ok_or(EditError::Nothing)?;
    let since = begins - composition(&sample);
    if since > 0 && since >= sample.duration.into() {
        return Err(EditError::IntoPictures(Moment { ticks: media_time, timescale }));
    }
    let composed = composition(&sample).min(begins);
    let before = u64::try_from(composed).unwrap_or_default().min(sample.decode);
    Ok(Start { place, before, composed, hidden: 0 })
}

/// The first sample that starts at or after `media_time`, or so many ticks of `preroll` before it.
async fn first_within(
    (media_time, preroll): (u64, u64),
    samples: &Samples,
    turns: &Turns<'_>,
) -> Result<Start, EditError> {
    let mut first = None;
    let shown = turns.until(samples.sync_times(), |(place, decode)| {
        if decode >= media_time.saturating_sub(preroll) {
            first.get_or_insert((place, decode));
        }
        (decode >= media_time).then_some(())
    });
    shown.await.ok_or(EditError::Nothing)?;
    let (place, decode) = first.ok_or(EditError::Nothing)?;
    let hidden = media_time.saturating_sub(decode);
    Ok(Start { place, before: media_time, composed: wide(media_time), hidden })
}

fn composition(sample: &ScannedSample) -> i128 {
    wide(sample.decode) + i128::from(sample.composition_offset)
}

fn wide(ticks: u64) -> i128 {
    i128::from(ticks)
}

#[cfg(test)]
mod tests;
