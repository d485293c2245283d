//! Samples of a stored fragment that are sent under a new `moof`.

use super::placed::{self, Placed};
use super::{FragmentError, Parts};
use crate::base::chunk::Chunk;
use crate::isobmff::{Dialect, NewMoof, SampleEncryption, WrittenMoof};

/// Samples of one track, and what the `moof` in front of them says.
pub(super) struct Taken<'m> {
    pub(super) dialect: Dialect,
    pub(super) sequence_number: u32,
    pub(super) track_id: u32,
    /// Which of the entries of its init segment, if that is not the first.
    pub(super) entry: Option<u32>,
    pub(super) chunk: Chunk,
    pub(super) samples: Vec<Placed>,
    pub(super) encryption: Option<SampleEncryption<'m>>,
}

impl Taken<'_> {
    /// The `moof`, and the header of the `mdat` behind it.
    pub(super) fn moof(&self) -> Result<WrittenMoof, FragmentError> {
        let Self { dialect, sequence_number, track_id, entry, chunk, .. } = *self;
        let (samples, encryption) = (&placed::samples(&self.samples), self.encryption.as_ref());
        placed::written(NewMoof {
            dialect,
            sequence_number,
            track_id,
            entry,
            chunk,
            samples,
            encryption,
        })
    }

    /// Both, and the samples behind them.
    pub(super) fn parts(&self) -> Result<Parts, FragmentError> {
        let front = Parts::generated(self.moof()?.with_mdat_header());
        Ok(placed::behind(front, &self.samples))
    }
}
