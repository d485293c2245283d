//! Which part of a plain file's track is shown.

use crate::isobmff::{BoxError, EditList, EditListEntry};
use crate::time::Timescale;

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
    /// nothing for a while perhaps, and then one stretch of it. A presentation made of several
    /// would have to be cut and joined, and is refused.
    pub(super) fn of(
        list: &EditList<'_>,
        movie: Timescale,
        track: Timescale,
    ) -> Result<Self, BoxError> {
        let too_long = || list.error("it lasts longer than 2^64 ticks");
        let ticks = |movie_ticks| movie.rescale(movie_ticks, track).ok_or_else(too_long);
        let (mut delay, mut shown) = (0u64, None);
        for entry in list.iter() {
            let EditListEntry { duration, media_time, rate } = entry?;
            match (media_time, shown) {
                (_, Some(_)) => {
                    return Err(
                        list.error("it has something behind the first stretch that it shows")
                    );
                }
                (None, None) => delay = delay.checked_add(duration).ok_or_else(too_long)?,
                (Some(_), None) if rate != EditListEntry::NORMAL_RATE => {
                    return Err(list.error("it shows the track at another speed"));
                }
                (Some(media_time), None) => {
                    let end = match duration {
                        0 => None,
                        _ => Some(ticks(delay.checked_add(duration).ok_or_else(too_long)?)?),
                    };
                    shown = Some((media_time, end));
                }
            }
        }
        match shown {
            Some((media_time, end)) => Ok(Self { delay: ticks(delay)?, media_time, end }),
            // A list of nothing is as good as none.
            None if delay == 0 => Ok(Self::default()),
            None => Err(list.error("it shows nothing of the track")),
        }
    }
}
