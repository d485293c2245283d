//! The TTML documents of a fragment, each of which is a sample.

use super::placed::Placed;
use super::stored;
use super::synthesise;
use super::{FragmentError, Head, Located, MakeError};
use crate::base::chunk::Chunk;
use crate::base::range::ByteRange;
use crate::base::time::Timescale;
use crate::index::{Carriage, Defaults, SampledFragment, StreamKind};
use crate::isobmff::Moof;

/// The documents of a fragment: where they lie, and when each is shown.
pub struct Documents {
    pub(super) samples: Vec<Placed>,
    /// Ticks a second of the samples' times.
    pub(super) timescale: Timescale,
}

impl Documents {
    /// The documents of a stored fragment that begins with `head` and comes to clients by this `carriage`.
    pub fn stored(
        head: &Head,
        located: &Located<'_>,
        carriage: Carriage,
    ) -> Result<Self, MakeError> {
        let moof = Moof::parse(&head.moof, 0).map_err(FragmentError::from)?;
        let track_id = located.track.track_id;
        let (traf, timescale, defaults) = match carriage {
            Carriage::Stored { .. } => {
                let traf = moof.only_traf().ok_or(FragmentError::Trafs(moof.trafs.len()))?;
                (traf, located.stream.timescale, Defaults::default())
            }
            Carriage::Rewritten(rewriting) => {
                let traf = moof.traf_of(track_id).ok_or(FragmentError::Track(track_id))?;
                (traf, rewriting.timescale, rewriting.defaults)
            }
        };
        let Chunk { start, duration } = located.chunk;
        let lasts = located.stream.timescale.rescale(duration, timescale).unwrap_or(duration);
        let chunk = Chunk { start, duration: lasts };
        let samples = stored::samples(head, (&moof, traf), defaults, chunk, StreamKind::Text)?;
        Ok(Self { samples, timescale })
    }

    /// The documents of a fragment of a progressive MP4 of this `timescale`.
    pub fn sampled(sampled: &SampledFragment, timescale: Timescale) -> Result<Self, MakeError> {
        let samples = synthesise::placed(sampled, timescale)?;
        Ok(Self { samples, timescale: Timescale::SMOOTH })
    }

    /// Where they lie, in order; nothing of those that are empty.
    pub fn ranges(&self) -> Vec<ByteRange> {
        self.samples.iter().map(|placed| placed.range).filter(|range| !range.is_empty()).collect()
    }

    /// Each with its text, if `bytes` are those of all of them, in order.
    pub(super) fn texts<'a>(
        &'a self,
        bytes: &'a [u8],
    ) -> impl Iterator<Item = (&'a Placed, &'a [u8])> {
        self.samples.iter().scan(bytes, |rest, placed| {
            let len = usize::try_from(placed.sample.size).ok()?;
            let (text, behind) = rest.split_at_checked(len)?;
            *rest = behind;
            Some((placed, text))
        })
    }
}
