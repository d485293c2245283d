//! What an index's tracks say of how they are protected, for manifests and init segments.

mod named;

use crate::index::{Index, Protection, StreamKind};
use crate::isobmff::{ProtectionError, Pssh, SampleEntry, TrackProtection};

/// The sample entry of a track in a stream of this kind, if it can be read.
pub fn sample_entry(kind: StreamKind, sample_entry: &[u8]) -> Option<SampleEntry<'_>> {
    SampleEntry::parse(sample_entry, handler(kind)).ok()
}

/// The `handler_type` of such a track (`ISO/IEC 14496-12` 8.4.3).
pub fn handler(kind: StreamKind) -> [u8; 4] {
    match kind {
        StreamKind::Video => *b"vide",
        StreamKind::Audio => *b"soun",
        StreamKind::Text => *b"subt",
    }
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

/// The licence systems of a presentation, and the keys that each has a word for.
pub struct Systems<'a> {
    /// With the keys that each names.
    told: Vec<(&'a Protection, Vec<[u8; 16]>)>,
    /// The key ids of all tracks.
    key_ids: Vec<[u8; 16]>,
}

impl<'a> Systems<'a> {
    /// The protections of `index`.
    pub fn of(index: &'a Index) -> Self {
        let told = index.protections.iter().map(|each| (each, named::key_ids(each)));
        let mut key_ids = Vec::new();
        for stream in &index.streams {
            for track in &stream.tracks {
                if let Ok(Some(own)) = protection(stream.kind, &track.sample_entry) {
                    key_ids.push(own.encryption.key_id);
                }
            }
        }
        Self { told: told.collect(), key_ids }
    }

    /// The licence data of a track with this key. What names the keys of other tracks, and not
    /// this one, is left to those.
    pub fn of_key(&self, key_id: [u8; 16]) -> impl Iterator<Item = &'a Protection> {
        let is_of_others = move |named: &[[u8; 16]]| {
            !named.contains(&key_id) && named.iter().any(|named| self.key_ids.contains(named))
        };
        let told = self.told.iter().filter(move |(_, named)| !is_of_others(named));
        told.map(|(protection, _)| *protection)
    }
}

/// The licence data of a track with this key, as a `pssh`: with the list of keys that was
/// stored. One of no data can say nothing but which key it is of, and names this one.
pub fn pssh(protection: &Protection, key_id: [u8; 16]) -> Vec<u8> {
    let Protection { system_id, key_ids, data } = protection;
    let key_ids = if data.is_empty() { &[key_id] } else { &key_ids[..] };
    Pssh { system_id: *system_id, key_ids, data }.bytes()
}
