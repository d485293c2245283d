//! Tables of fragments: `mfra` and `sidx`.

use super::boxes::{boxed, full_boxed, words};

/// An `mfra`, of each track's ID and the times and offsets of its fragments.
pub(crate) fn mfra(tables: &[(u32, Vec<(u64, u64)>)]) -> Vec<u8> {
    let mut payload = Vec::new();
    for (track, entries) in tables {
        let mut tfra = words(&[*track, 0, u32::try_from(entries.len()).unwrap()]);
        for (time, offset) in entries {
            tfra.extend([time.to_be_bytes(), offset.to_be_bytes()].concat());
            tfra.extend([1, 1, 1]);
        }
        payload.extend(full_boxed(b"tfra", 1, 0, &tfra));
    }
    let size = u32::try_from(payload.len() + 24).unwrap();
    payload.extend(full_boxed(b"mfro", 0, 0, &words(&[size])));
    boxed(b"mfra", &payload)
}

/// A `sidx`, of the first word and the duration of each reference.
pub(crate) fn sidx(
    track: u32,
    timescale: u32,
    earliest: u64,
    references: &[(u32, u32)],
) -> Vec<u8> {
    let mut payload = words(&[track, timescale]);
    payload.extend([earliest.to_be_bytes(), 0u64.to_be_bytes()].concat());
    payload.extend(words(&[u32::try_from(references.len()).unwrap()]));
    for (first, duration) in references {
        payload.extend(words(&[*first, *duration, 0x9000_0000]));
    }
    full_boxed(b"sidx", 1, 0, &payload)
}
