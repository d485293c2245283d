//! Why clients of a protocol cannot be shown a presentation.

use crate::isobmff::ProtectionError;
use thiserror::Error;

/// Why clients of a protocol cannot be shown a presentation.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum ViewError {
    /// How it is protected has no name in HLS and DASH, or cannot be read.
    #[error("a track of this presentation cannot be played by HLS or DASH: {0}")]
    Protection(#[from] ProtectionError),
    /// Its video is to be turned, which Smooth Streaming has no word for.
    #[error(
        "the file of level {bitrate} of {stream} says that its video is to be turned, which Smooth Streaming \
         cannot say: play it by HLS (master.m3u8) or DASH (manifest.mpd), or encode it upright"
    )]
    Turned {
        /// The stream.
        stream: String,
        /// The level's bitrate.
        bitrate: u32,
    },
    /// It is coded as these protocols do not know it, or nothing but text.
    #[error("this presentation has no video and no audio that {0} can carry")]
    NothingCarried(&'static str),
}
