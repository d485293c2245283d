//! Errors of making an answer from a fragment.

use crate::isobmff::{BoxError, BoxType, ProtectionError, SchemeError};
use crate::text::TextError;
use thiserror::Error;

/// Why a stored fragment cannot be served: its file is not what its index said.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum FragmentError {
    /// It does not begin with a `moof` and go on with an `mdat`.
    #[error("expected {expected}, found {found}")]
    Box {
        /// The box that belongs there.
        expected: &'static str,
        /// What stands there.
        found: BoxType,
    },
    /// A box claims more or fewer bytes than it can have.
    #[error("{0} does not fit the fragment")]
    Size(&'static str),
    /// Its text is more than is held for one answer.
    #[error("its text has {length} bytes, more than the {limit} that are held for an answer")]
    LongText {
        /// How many bytes it has.
        length: u64,
        /// How many are held.
        limit: u64,
    },
    /// The `moof` cannot be read.
    #[error("its moof cannot be read: {0}")]
    Moof(#[from] BoxError),
    /// How its track is protected cannot be read.
    #[error("how its track is protected cannot be read: {0}")]
    Protection(BoxError),
    /// Nothing says how its samples are encrypted.
    #[error("its track is encrypted, but nothing tells of initialisation vectors")]
    Vectors,
    /// The `moof` is not of one track.
    #[error("its moof has {0} track fragments, where one is expected")]
    Trafs(usize),
    /// The `moof` has nothing of the track.
    #[error("its moof has no track fragment of track {0}")]
    Track(u32),
    /// Its samples' times have no place in the boxes that are to hold them.
    #[error("the times of its samples do not fit the fields that hold them")]
    Times,
    /// Its text cannot be read.
    #[error("its text cannot be read: {0}")]
    Text(#[from] TextError),
    /// Its samples lie in no order.
    #[error("its samples lie in more places than are read for one answer")]
    Scattered,
}

/// Why there is no answer to be made of a fragment.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum MakeError {
    /// The file is not what its index said.
    #[error(transparent)]
    Fragment(#[from] FragmentError),
    /// The file is sound, and it is asked for too much.
    #[error(transparent)]
    Unsupported(#[from] UnsupportedError),
}

/// Why a fragment that is sound cannot be made into what is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum UnsupportedError {
    /// It is protected as CMAF does not know it.
    #[error(transparent)]
    Scheme(#[from] SchemeError),
    /// What says how its samples are encrypted is not in its `moof`.
    #[error(
        "what tells how this fragment is encrypted lies outside of its moof, which is not served"
    )]
    Elsewhere,
    /// A sample has more subsamples than a `saiz` can count.
    #[error("a sample of this fragment has more subsamples than are served")]
    Subsamples,
    /// Its samples are not coded as the init segment of the track says.
    #[error("this fragment is of a further sample entry of its track, which is not served")]
    Entry,
    /// Every sample depends on others.
    #[error("no sample of this fragment can be decoded by itself")]
    Dependent,
}

impl From<ProtectionError> for MakeError {
    fn from(error: ProtectionError) -> Self {
        match error {
            ProtectionError::Broken(error) => FragmentError::Moof(error).into(),
            ProtectionError::Scheme(foreign) => UnsupportedError::Scheme(foreign).into(),
        }
    }
}
