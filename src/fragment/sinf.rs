//! The sample entry of a protected track, as common encryption has it.

use crate::index::StreamKind;
use crate::isobmff::{BoxType, ProtectionError, boxed};
use crate::protection::{protection, sample_entry};
use std::borrow::Cow;

const SINF: BoxType = BoxType::Code(*b"sinf");

/// `entry`, of a track in a stream of this kind, as it is to stand in a header of CMAF: with PIFF's
/// boxes said in those of `ISO/IEC 23001-7`, and else as it is. `None` if it has no size.
pub(super) fn entry(
    kind: StreamKind,
    entry: &[u8],
) -> Result<Option<Cow<'_, [u8]>>, ProtectionError> {
    let Some(track) = protection(kind, entry)?.filter(|track| !track.is_iso) else {
        return Ok(Some(Cow::Borrowed(entry)));
    };
    let Some(parsed) = sample_entry(kind, entry) else { return Ok(None) };
    let fixed = entry.get(..entry.len().saturating_sub(parsed.tail().len())).unwrap_or_default();
    let (code, mut payload) = match fixed.split_at_checked(8) {
        Some(([.., a, b, c, d], fixed)) => ([*a, *b, *c, *d], fixed.to_vec()),
        _ => return Ok(None),
    };
    for child in parsed.children() {
        let child = child?;
        match child.kind() {
            SINF => match track.write(&child)? {
                Some(sinf) => payload.extend(sinf),
                None => return Ok(None),
            },
            _ => payload.extend(child.bytes()),
        }
    }
    Ok(boxed(&code, &payload).map(Cow::Owned))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::isobmff::{Encryption, SampleEntry, Scheme, SchemeError, TrackProtection, Vectors};
    use crate::media::{audio_entry, boxed, esds, full_boxed, uuid_boxed};

    const PIFF_TENC: u128 = 0x8974_dbce_7be7_4c51_84f9_7148_f988_2554;

    fn sound(scheme: &[u8; 4], tenc: &[u8]) -> Vec<u8> {
        let frma = boxed(b"frma", b"mp4a");
        let schm = full_boxed(b"schm", 0, 0, &[&scheme[..], &[0, 1, 0, 1]].concat());
        let sinf = boxed(b"sinf", &[frma, schm, boxed(b"schi", tenc)].concat());
        let tail = [sinf, esds(0x40, &[0x11, 0x90]), boxed(b"btrt", &[0; 12])].concat();
        audio_entry(b"enca", 2, 48_000, &tail)
    }

    #[test]
    fn piff_is_said_again_and_all_else_is_kept() {
        let fields = [&[0, 0, 1, 8][..], &[9; 16]].concat();
        let piff = uuid_boxed(PIFF_TENC.to_be_bytes(), &[&[0; 4], &fields[..]].concat());
        let stored = sound(b"piff", &piff);
        let made = entry(StreamKind::Audio, &stored).unwrap().unwrap();
        let parsed = SampleEntry::parse(&made, *b"soun").unwrap();
        let encryption = Encryption { pattern: 0, vectors: Some(Vectors::Own8), key_id: [9; 16] };
        let expected = TrackProtection { scheme: Scheme::Cenc, encryption, is_iso: true };
        assert_eq!(parsed.protection(), Ok(Some(expected)));
        assert_eq!(parsed.format, BoxType::Code(*b"mp4a"));
        let tenc = full_boxed(b"tenc", 0, 0, &fields);
        let iso = sound(b"cenc", &tenc);
        let version = [&b"cenc"[..], &[0, 1, 0, 1]].concat();
        let at = iso.windows(8).position(|bytes| bytes == version).unwrap();
        let iso = [&iso[..at + 7], &[0], &iso[at + 8..]].concat();
        assert_eq!(made, iso, "it differs from what is ISO's in nothing");
    }

    #[test]
    fn what_is_iso_already_is_kept_as_it_is() {
        let cbcs = [&[0, 0x19, 1, 0][..], &[9; 16], &[16], &[5; 16]].concat();
        for stored in [
            sound(b"cbcs", &full_boxed(b"tenc", 1, 0, &cbcs)),
            audio_entry(b"mp4a", 2, 48_000, &esds(0x40, &[0x11, 0x90])),
        ] {
            assert_eq!(entry(StreamKind::Audio, &stored).unwrap().unwrap(), stored);
        }
    }

    #[test]
    fn what_cmaf_does_not_know_is_refused() {
        let refused = entry(StreamKind::Audio, &sound(b"adkm", &[])).unwrap_err();
        assert_eq!(refused, SchemeError::UnknownScheme(*b"adkm").into());
    }
}
