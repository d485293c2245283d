//! Which samples of a plain file are shown, and when: its edit list, heeded.

use super::error::{EditError, Moment};
use crate::index::StreamKind;
use crate::scan::{Edit, ScannedSample};
use crate::time::Timescale;
use crate::turns::Turns;
use std::ops::Range;

/// The part of a track's samples that is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Shown {
    timescale: Timescale,
    /// The places of those that there are in the order of decoding.
    places: Range<usize>,
    /// What of the time of decoding lies before what is shown.
    before: u64,
    /// How much more of the time of composition does.
    early: i64,
    delay: u64,
    /// When the last sample ends, in ticks of [`Timescale::SMOOTH`].
    end: u64,
}

impl Shown {
    /// What `edit` shows of a track with these samples.
    ///
    /// Pictures are shown from that one on which is to be seen when the edit begins; it has to be a
    /// sync sample, for what leads up to it is not sent. They are decoded from 0 on, so they are
    /// composed earlier by as much as the file composes the first one late. Sound and text are
    /// shown from the first sample that starts within the edit, and nothing is ever late.
    pub(super) async fn new<I: Iterator<Item = ScannedSample>>(
        kind: StreamKind,
        timescale: Timescale,
        edit: Edit,
        samples: impl Fn() -> I,
        turns: &Turns<'_>,
    ) -> Result<Self, EditError> {
        let Start { place, before, composed } = match kind {
            StreamKind::Video => {
                first_picture(timescale, edit.media_time, samples(), turns).await?
            }
            StreamKind::Audio | StreamKind::Text => {
                first_within(edit.media_time, samples(), turns).await?
            }
        };
        let early = composed - i128::from(before);
        let shown_at = |sample: &ScannedSample| composition(sample) - composed + wide(edit.delay);
        let is_over =
            |sample: &ScannedSample| edit.end.is_some_and(|end| shown_at(sample) >= wide(end));
        let (mut end, mut last) = (place, None);
        let too_far = turns.until(samples().enumerate().skip(place), |(at, sample)| {
            if !is_over(&sample) {
                (end, last) = (at.saturating_add(1), Some(sample));
            }
            let offset = i128::from(sample.composition_offset) - early;
            i32::try_from(offset).err()
        });
        too_far.await.map_or(Ok(()), |_| Err(EditError::TooFar))?;
        let last = last.ok_or(EditError::Nothing)?;
        let ticks = (last.decode.saturating_sub(before))
            .checked_add(last.duration.into())
            .and_then(|ticks| ticks.checked_add(edit.delay));
        let end_ticks = ticks.and_then(|ticks| timescale.rescale(ticks, Timescale::SMOOTH));
        Ok(Self {
            timescale,
            places: place..end,
            before,
            early: i64::try_from(early).map_err(|_| EditError::TooFar)?,
            delay: edit.delay,
            end: end_ticks.ok_or(EditError::TooFar)?,
        })
    }

    /// Those of the track's samples that are shown, timed as they are.
    pub(super) fn of(
        &self,
        samples: impl Iterator<Item = ScannedSample>,
    ) -> impl Iterator<Item = ScannedSample> {
        let Self { before, early, delay, .. } = *self;
        samples.take(self.places.end).skip(self.places.start).map(move |sample| ScannedSample {
            decode: sample.decode.saturating_sub(before).saturating_add(delay),
            composition_offset: i32::try_from(i64::from(sample.composition_offset) - early)
                .unwrap_or_default(),
            ..sample
        })
    }

    /// When a sample that is shown is decoded, in ticks of [`Timescale::SMOOTH`].
    pub(super) fn start(&self, sample: &ScannedSample) -> u64 {
        self.timescale.rescale(sample.decode, Timescale::SMOOTH).unwrap_or(u64::MAX)
    }

    /// Tells `act` when each of the samples starts that is shown and at which decoding can begin.
    pub(super) async fn syncs(
        &self,
        samples: impl Iterator<Item = ScannedSample>,
        turns: &Turns<'_>,
        mut act: impl FnMut(u64),
    ) {
        let all = turns.each(self.of(samples), |sample| {
            if sample.is_sync() {
                act(self.start(&sample));
            }
        });
        all.await;
    }

    /// When the last sample ends, in ticks of [`Timescale::SMOOTH`].
    pub(super) fn end(&self) -> u64 {
        self.end
    }
}

/// With which sample showing begins.
struct Start {
    place: usize,
    /// The time of decoding at which it does.
    before: u64,
    /// The time of composition at which it does.
    composed: i128,
}

/// The last sync sample composed at or before `media_time`, if it is still to be seen by then; or
/// the first that is composed after it.
async fn first_picture(
    timescale: Timescale,
    media_time: u64,
    samples: impl Iterator<Item = ScannedSample>,
    turns: &Turns<'_>,
) -> Result<Start, EditError> {
    let begins = wide(media_time);
    let mut start: Option<(usize, ScannedSample)> = None;
    let all = turns.each(samples.enumerate(), |(place, sample)| {
        if sample.is_sync() && (composition(&sample) <= begins || start.is_none()) {
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
    Ok(Start { place, before, composed })
}

/// The first sample that starts at or after `media_time`.
async fn first_within(
    media_time: u64,
    samples: impl Iterator<Item = ScannedSample>,
    turns: &Turns<'_>,
) -> Result<Start, EditError> {
    let first = turns.until(samples.enumerate(), |(place, sample)| {
        (sample.decode >= media_time && sample.is_sync()).then_some(place)
    });
    let place = first.await.ok_or(EditError::Nothing)?;
    Ok(Start { place, before: media_time, composed: wide(media_time) })
}

fn composition(sample: &ScannedSample) -> i128 {
    wide(sample.decode) + i128::from(sample.composition_offset)
}

fn wide(ticks: u64) -> i128 {
    i128::from(ticks)
}

#[cfg(test)]
mod tests;
