//! The form of the fragments of a track, as far as they were read.

use super::Edit;
use crate::index::{Defaults, EntryPair, StreamKind};
use crate::isobmff::{BoxError, Traf};

/// The form of the fragments of a track, by those that were read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Manner {
    /// Whether every one of them carries its own start time.
    pub timed: bool,
    /// Which part of the track is shown, and when; or why its edit list cannot be applied.
    pub edit: Result<Edit, BoxError>,
    /// The first sample of the first of them.
    pub first: FirstSample,
    /// Whether the data offsets of any count from the start of the file.
    pub has_absolute_offsets: bool,
    /// Whether the samples of any lie in several runs, or in one that does not say where.
    pub is_divided: bool,
    /// Whether any ends with an `mdat` that says no size.
    pub is_endless: bool,
    /// Whether any is of another sample entry than those that are served.
    pub has_other_entries: bool,
    /// Which are in the clear, if the track is protected and has a sample entry for those.
    pub clear: Option<ClearStart>,
    /// What the track says of samples of which any does not.
    pub defaults: Defaults,
    /// What of them is the track's, if any holds other tracks too.
    pub share: Option<Share>,
}

impl Manner {
    /// The manner of fragments that can be sent as they are stored.
    pub(crate) fn plain(edit: Result<Edit, BoxError>) -> Self {
        Self {
            timed: true,
            edit,
            first: FirstSample::default(),
            has_absolute_offsets: false,
            is_divided: false,
            is_endless: false,
            has_other_entries: false,
            clear: None,
            defaults: Defaults::default(),
            share: None,
        }
    }

    /// The same manner, where fragments state a decoding time that is `ticks` too late.
    pub(super) fn earlier(self, ticks: u64) -> Self {
        let moved = |edit: Edit| Edit { media_time: edit.media_time.saturating_add(ticks), ..edit };
        Self { edit: self.edit.map(moved), ..self }
    }
}

/// The start of a protected track that is in the clear.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClearStart {
    /// How a fragment says that it is in the clear.
    pub entries: EntryPair,
    /// When the first fragment starts that is not, in ticks of the track; if none is, later than all.
    pub until: u64,
}

/// The times of a first sample, in ticks of its track.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct FirstSample {
    /// From when it is decoded to when it is composed.
    pub composition_offset: i32,
    /// How long it lasts; 0 if nothing says.
    pub duration: u32,
}

impl FirstSample {
    /// The manner of `traf`, where `default_duration` is how long a sample lasts by its track.
    pub(super) fn of(traf: &Traf<'_>, default_duration: u32) -> Self {
        let first = traf.truns.iter().flat_map(|run| run.samples()).next();
        let composition_offset = first.map_or(0, |sample| sample.composition_offset);
        let duration = traf.durations(default_duration).next().unwrap_or(0);
        Self { composition_offset, duration }
    }
}

/// The share of one track in fragments that hold several.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Share {
    /// Bytes of its samples.
    pub own: u64,
    /// Bytes of the samples of others.
    pub others: u64,
    /// How long it lasts in them, in ticks of the track.
    pub ticks: u64,
}

impl Share {
    /// Adds a fragment.
    pub(super) fn add(&mut self, other: Self) {
        self.own = self.own.saturating_add(other.own);
        self.others = self.others.saturating_add(other.others);
        self.ticks = self.ticks.saturating_add(other.ticks);
    }

    /// An estimate of how many bytes are the track's of a fragment of `stored` bytes that lasts so many
    /// of its ticks, a quarter more than the others or it had in those that were read: audio takes the
    /// same time and again the same bytes, and video takes what is left.
    pub fn of(self, kind: StreamKind, stored: u64, ticks: u64) -> u64 {
        let in_time = |bytes: u64, quarters: u128| {
            let bytes = u128::from(bytes) * u128::from(ticks) * quarters;
            let bytes = bytes / (4 * u128::from(self.ticks.max(1)));
            u64::try_from(bytes).unwrap_or(u64::MAX)
        };
        match kind {
            StreamKind::Video => stored.saturating_sub(in_time(self.others, 3)),
            StreamKind::Audio | StreamKind::Text => in_time(self.own, 5).min(stored),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn audio_is_what_it_was_and_video_is_the_rest() {
        let audio = Share { own: 8_000, others: 92_000, ticks: 48_000 };
        assert_eq!(audio.of(StreamKind::Audio, 500_000, 96_000), 20_000);
        assert_eq!(audio.of(StreamKind::Audio, 15_000, 96_000), 15_000, "no more than there is");
        let video = Share { own: 92_000, others: 8_000, ticks: 1_000 };
        assert_eq!(video.of(StreamKind::Video, 500_000, 2_000), 488_000);
        assert_eq!(video.of(StreamKind::Video, 5_000, 2_000), 0);
        let none = Share { own: 1, others: 1, ticks: 0 };
        assert_eq!(none.of(StreamKind::Audio, 10, u64::MAX), 10);
    }
}
