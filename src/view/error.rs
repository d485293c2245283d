//! Errors of showing a presentation to clients of a protocol.

use crate::index::{Stream, Track};
use crate::isobmff::ProtectionError;
use thiserror::Error;

/// Why clients of a protocol cannot be shown a presentation.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum ViewError {
    /// How it is protected has no name in HLS and DASH, or cannot be read.
    #[error(
        "level {bitrate} of {stream} cannot be played by HLS or DASH, but by Smooth Streaming (Manifest): {cause}"
    )]
    Protection {
        /// The stream.
        stream: String,
        /// The level's bitrate.
        bitrate: u32,
        /// What there is no name for, or cannot be read.
        cause: ProtectionError,
    },
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
    /// It is coded as HLS and DASH do not know it, or nothing but text.
    #[error(
        "this presentation has no video and no audio that HLS or DASH can carry: play it by Smooth Streaming \
         (Manifest)"
    )]
    NothingInCmaf,
    /// It is coded as Smooth Streaming has no name for.
    #[error(
        "this presentation has no video and no audio that Smooth Streaming can carry: play it by HLS \
         (master.m3u8) or DASH (manifest.mpd)"
    )]
    NothingInSmooth,
    /// The client has asked for less than there is.
    #[error(
        "no video and no audio of this presentation is left: the filter matches none, or the clip lies outside of it"
    )]
    NothingLeft,
    /// The client insists on one stream of audio, and there is none of this name.
    #[error("this presentation has no audio that is called {0}")]
    NoAudio(String),
    /// The client insists on encryption that there is not.
    #[error(
        "not all video and audio that is asked for is encrypted as encryption={0} wants it: as it is stored, it is \
         served without that argument"
    )]
    OtherEncryption(&'static str),
}

impl ViewError {
    /// The error of a level of `stream` whose protection HLS and DASH have no name for, or that cannot be read.
    pub fn protection(stream: &Stream, track: &Track, cause: ProtectionError) -> Self {
        Self::Protection { stream: stream.name.clone(), bitrate: track.bitrate, cause }
    }
}
