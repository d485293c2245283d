//! Why a presentation cannot be told to clients of a protocol.

use crate::isobmff::ProtectionError;
use thiserror::Error;

/// Why a presentation cannot be told to clients of a protocol.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum Untold {
    /// How it is protected has no name in HLS and DASH, or cannot be read.
    #[error("a track of this presentation cannot be told: {0}")]
    Protection(#[from] ProtectionError),
    /// It is coded as these protocols do not know it, or nothing but text.
    #[error("this presentation has no video and no audio that {0} can carry")]
    Nothing(&'static str),
}
