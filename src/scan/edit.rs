//! Which part of a progressive MP4's track is shown.

use crate::base::time::Timescale;
use crate::isobmff::{BoxError, EditList, EditListEntry};

/// Which part of a track is shown, and when (`ISO/IEC 14496-12` 8.6.6), in ticks of the track: what
/// is composed at `media_time` is shown at `delay`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Edit {
    /// How long nothing is shown at first.
    pub delay: u64,
    /// The composition time at which showing begins.
    pub media_time: u64,
    /// When it ends, as time is shown; `None` if it goes on to the last sample.
    pub end: Option<u64>,
}

impl Edit {
    /// What `list` says, whose durations are in ticks of `movie`, of a track with ticks of `track`:
    /// nothing for a while perhaps, and then one stretch of it, which may be written in several entries. What
    /// it shows nothing of behind that is of no interest. A presentation made of several stretches would
    /// have to be cut and joined, and is refused.
    pub(super) fn of(
        list: &EditList<'_>,
        movie: Timescale,
        track: Timescale,
    ) -> Result<Self, BoxError> {
        let too_long = || list.error("it lasts longer than 2^64 ticks");
        let ticks = |movie_ticks| movie.rescale(movie_ticks, track).ok_or_else(too_long);
        let tolerance = ticks(1)?.max(1);
        let (mut delay, mut shown, mut pauses) = (0u64, None::<Stretch>, false);
        for entry in list.iter() {
            let entry = entry?;
            let EditListEntry { duration, media_time, .. } = entry;
            let Some(media_time) = media_time else {
                match shown {
                    None => delay = delay.checked_add(duration).ok_or_else(too_long)?,
                    Some(_) => pauses |= duration > 0,
                }
                continue;
            };
            if !entry.is_normal() {
                return Err(list.error("it shows the track at another speed"));
            }
            let before = shown.unwrap_or(Stretch { media_time, duration: Some(0) });
            let goes_on = match before.duration {
                // It is shown to its end already, and can only be repeated.
                None => duration == 0 && media_time == before.media_time,
                Some(before_it) => {
                    let end = before.media_time.checked_add(ticks(before_it)?);
                    end.ok_or_else(too_long)?.abs_diff(media_time) <= tolerance
                }
            };
            if pauses || !goes_on {
                return Err(list.error("it shows several stretches of the track"));
            }
            let longer = before.duration.filter(|_| duration > 0);
            let longer = longer.map(|before| before.checked_add(duration).ok_or_else(too_long));
            shown = Some(Stretch { duration: longer.transpose()?, ..before });
        }
        match shown {
            Some(Stretch { media_time, duration }) => {
                let end = duration.map(|duration| delay.checked_add(duration).ok_or_else(too_long));
                let end = end.transpose()?.map(ticks).transpose()?;
                Ok(Self { delay: ticks(delay)?, media_time, end })
            }
            // A list of nothing is as good as none.
            None if delay == 0 => Ok(Self::default()),
            None => Err(list.error("it shows nothing of the track")),
        }
    }
}

/// What is shown of a track, as far as a list has been read.
#[derive(Clone, Copy)]
struct Stretch {
    media_time: u64,
    /// Ticks of the movie; `None` if it goes on to the last sample.
    duration: Option<u64>,
}
