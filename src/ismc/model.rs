//! What a client manifest says.

use super::control::Controls;
use super::level::QualityLevel;
use crate::base::chunk::Chunk;
use crate::base::time::Timescale;
use crate::index::{Attribute, Protection, StreamKind};

/// A client manifest.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ClientManifest {
    /// The root's attributes that the protocol does not know.
    pub attributes: Vec<Attribute>,
    /// Its licence data.
    pub protections: Vec<Protection>,
    /// The streams, in order.
    pub streams: Vec<StreamIndex>,
}

/// A stream of a client manifest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StreamIndex {
    /// `Type`.
    pub kind: StreamKind,
    /// `Name`.
    pub name: Option<String>,
    /// The name that `Url` asks for fragments by: that of the tracks on the server.
    pub url_name: Option<String>,
    /// `Subtype`.
    pub subtype: Option<String>,
    /// `Language`.
    pub language: Option<String>,
    /// `TimeScale`, its own or the root's.
    pub timescale: Timescale,
    /// `Accessibility`: for whom it is made.
    pub accessibility: Option<String>,
    /// `Role`: what it is beside others, word by word.
    pub roles: Vec<String>,
    /// The quality levels, in order.
    pub levels: Vec<QualityLevel>,
    /// The chunks, every one with its start and duration.
    pub chunks: Vec<Chunk>,
    /// Attributes that the protocol does not know.
    pub attributes: Vec<Attribute>,
    /// What it has besides, if it is text whose samples stand in the manifest.
    pub controls: Option<Controls>,
}
