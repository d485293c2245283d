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

/// Whether such a track is protected, be it in a way that is known or not.
pub fn is_protected(kind: StreamKind, entry: &[u8]) -> bool {
    protection(kind, entry) != Ok(None)
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

/// What a licence system has to be told, as a `pssh` of the index whose tracks have these keys: with the
/// list of keys that was stored. One of no data can say nothing but which keys it is of, and names all
/// where it names none.
pub fn pssh(protection: &Protection, all: &[[u8; 16]]) -> Vec<u8> {
    let Protection { system_id, key_ids, data } = protection;
    let key_ids = if key_ids.is_empty() && data.is_empty() { all } else { key_ids };
    Pssh { system_id: *system_id, key_ids, data }.bytes()
}
