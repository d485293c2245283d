//! What a build may cost, and the rules that it follows.

use crate::assemble::Cuts;
use std::fmt;

/// Limits on the cost of a build.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Calls of the object store.
    pub calls: u32,
    /// Bytes read from it.
    pub bytes: u64,
    /// Whether a fragmented file whose fragments cannot be handed on as they lie may be indexed by its
    /// samples: that takes a read for each `moof`.
    pub by_samples: bool,
}

impl fmt::Display for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} reads or {} MiB", self.calls, self.bytes >> 20)
    }
}

impl Limits {
    /// Within one request to a Worker: well below the calls and the memory that it is granted.
    pub const REQUEST: Self = Self { calls: 800, bytes: 48 << 20, by_samples: false };

    /// On a machine of one's own.
    pub const NONE: Self = Self { calls: u32::MAX, bytes: u64::MAX, by_samples: true };
}

/// A deployment's rules for the presentations that it indexes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Rules {
    /// How progressive MP4s are cut into chunks.
    pub cuts: Cuts,
    /// Whether a media file that no server manifest names is a presentation too: `x.mp4` is
    /// `x.mp4.ism`, which then need not be there.
    pub lone: bool,
    /// Whether names that differ in case alone are taken for one: of presentations, and of the files that a server manifest
    /// names.
    pub folds: bool,
}
