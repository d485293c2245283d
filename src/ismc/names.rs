//! Attributes that the writer of a client manifest writes by itself.
//!
//! All others are kept when one is read, so that what a producer said beyond the protocol
//! (`DisplayWidth`, `ParentStreamIndex`, labels of its own) reaches the players it was meant for.

use crate::base::xml;
use crate::index::Attribute;

/// Of `SmoothStreamingMedia` (`[MS-SSTR]` 2.2.2.1), with those that belong to live presentations
/// only, in either spelling.
pub const ROOT: &[&str] = &[
    "MajorVersion",
    "MinorVersion",
    "TimeScale",
    "Duration",
    "IsLive",
    "LookaheadCount",
    "LookAheadFragmentCount",
    "DVRWindowLength",
];

/// Of `StreamIndex` (`[MS-SSTR]` 2.2.2.3), and what Azure's packager says of one. `ManifestOutput` promises samples
/// within the manifest, which only a [`Control`](crate::index::Control) keeps.
pub const STREAM: &[&str] = &[
    "Type",
    "Subtype",
    "TimeScale",
    "Name",
    "Chunks",
    "QualityLevels",
    "Url",
    "Language",
    "MaxWidth",
    "MaxHeight",
    "ManifestOutput",
    "Role",
    "Accessibility",
];

/// Of `QualityLevel` (`[MS-SSTR]` 2.2.2.5).
pub const LEVEL: &[&str] = &[
    "Index",
    "Bitrate",
    "FourCC",
    "CodecPrivateData",
    "MaxWidth",
    "MaxHeight",
    "SamplingRate",
    "Channels",
    "BitsPerSample",
    "PacketSize",
    "AudioTag",
    "NALUnitLengthField",
];

/// The most attributes that are kept of an element.
const MAX_KEPT: usize = 32;
/// The longest name or value that is kept, in bytes.
const MAX_LEN: usize = 1024;

/// Whether `name` is none of `written`, in whatever case: players differ in which they read.
pub fn is_foreign(name: &str, written: &[&str]) -> bool {
    xml::is_name(name) && !written.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Adds an attribute to those kept of an element, unless it is too much.
pub(super) fn keep(kept: &mut Vec<Attribute>, name: &str, value: &str) {
    if kept.len() < MAX_KEPT && name.len() <= MAX_LEN && value.len() <= MAX_LEN {
        kept.push(Attribute { name: name.to_owned(), value: value.to_owned() });
    }
}
