//! What an index's tracks say of how they are protected, for whoever tells players of it.

use crate::index::{Index, Protection, StreamKind};
use crate::isobmff::{ProtectionError, Pssh, SampleEntry, TrackProtection};

/// The sample entry of a track in a stream of this kind, if it can be read.
pub fn sample_entry(kind: StreamKind, sample_entry: &[u8]) -> Option<SampleEntry<'_>> {
    let handler = match kind {
        StreamKind::Video => b"vide",
        StreamKind::Audio => b"soun",
        StreamKind::Text => b"subt",
    };
    SampleEntry::parse(sample_entry, *handler).ok()
}

/// How such a track is protected; `None` if it is in the clear.
pub fn protection(
    kind: StreamKind,
    entry: &[u8],
) -> Result<Option<TrackProtection>, ProtectionError> {
    sample_entry(kind, entry).map_or(Ok(None), |entry| entry.protection())
}

/// The keys of all tracks, each once, in the order of the index.
pub fn key_ids(index: &Index) -> Vec<[u8; 16]> {
    let mut key_ids = Vec::new();
    for stream in &index.streams {
        for track in &stream.tracks {
            let Ok(Some(own)) = protection(stream.kind, &track.sample_entry) else { continue };
            if !key_ids.contains(&own.encryption.key_id) {
                key_ids.push(own.encryption.key_id);
            }
        }
    }
    key_ids
}

/// What a licence system has to be told, as a `pssh` of the index whose tracks have these keys.
pub fn pssh(protection: &Protection, key_ids: &[[u8; 16]]) -> Vec<u8> {
    Pssh { system_id: protection.system_id, data: &protection.data }.bytes(key_ids)
}
