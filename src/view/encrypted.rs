//! A check whether what a client is shown is encrypted as it insists.

use super::{Shown, ViewError};
use crate::index::StreamKind;
use crate::isobmff::{ProtectionError, Scheme, SchemeError, TrackProtection};
use crate::protection::protection;
use crate::selection::RequiredEncryption;

/// Refuses `shown` unless it has video or audio, and all of that is encrypted like this.
pub(super) fn check(shown: &[Shown<'_>], required: RequiredEncryption) -> Result<(), ViewError> {
    let media = || shown.iter().filter(|shown| shown.stream.kind != StreamKind::Text);
    let mut tracks = media().flat_map(|shown| {
        let kind = shown.stream.kind;
        shown.tracks.iter().map(move |track| protection(kind, &track.sample_entry))
    });
    match media().next().is_some() && tracks.all(|track| is(&track, required)) {
        true => Ok(()),
        false => Err(ViewError::OtherEncryption(required.name())),
    }
}

/// Whether a track that is protected like this is encrypted as `required`.
fn is(
    track: &Result<Option<TrackProtection>, ProtectionError>,
    required: RequiredEncryption,
) -> bool {
    let found = match track {
        Ok(Some(track)) if track.encryption.vectors.is_some() => match track.scheme {
            Scheme::Cenc => RequiredEncryption::Ctr,
            Scheme::Cbcs => RequiredEncryption::Cbcs,
        },
        Err(ProtectionError::Scheme(
            SchemeError::UnknownScheme([b'c', b'b', b'c', b'1']) | SchemeError::UnknownAlgorithm(2),
        )) => RequiredEncryption::Cbc,
        _ => return false,
    };
    found == required
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::{Index, Track};
    use crate::media::{audio_entry, boxed, full_boxed};
    use crate::selection::Selection;
    use crate::view::View;
    use crate::view::fixture::{CHUNKS, audio_level, index, stream};

    /// Audio of this scheme, of which the samples are encrypted by this algorithm.
    fn protected(scheme: &[u8; 4], algorithm: u8) -> Track {
        let frma = boxed(b"frma", b"mp4a");
        let schm = full_boxed(b"schm", 0, 0, &[&scheme[..], &[0, 1, 0, 0]].concat());
        let tenc = full_boxed(b"tenc", 0, 0, &[&[0, 0, algorithm, 8][..], &[9; 16]].concat());
        let sinf = boxed(b"sinf", &[frma, schm, boxed(b"schi", &tenc)].concat());
        Track { sample_entry: audio_entry(b"enca", 2, 48_000, &sinf), ..audio_level(64_000) }
    }

    fn of(tracks: Vec<Track>) -> Index {
        index(vec![stream("audio", "", &CHUNKS, tracks)])
    }

    #[test]
    fn what_is_encrypted_otherwise_or_in_part_or_not_at_all_is_refused() {
        use RequiredEncryption::{Cbc, Cbcs, Ctr};
        let clear = || audio_level(96_000);
        for (tracks, expected) in [
            (vec![protected(b"cenc", 1)], Some(Ctr)),
            (vec![protected(b"piff", 1)], Some(Ctr)),
            (vec![protected(b"cbcs", 1)], Some(Cbcs)),
            (vec![protected(b"cbc1", 1)], Some(Cbc)),
            (vec![protected(b"piff", 2)], Some(Cbc)),
            (vec![protected(b"cens", 1)], None),
            (vec![protected(b"cenc", 0)], None),
            (vec![protected(b"cenc", 1), clear()], None),
            (vec![protected(b"cenc", 1), protected(b"cbcs", 1)], None),
            (vec![clear()], None),
        ] {
            let index = of(tracks);
            for required in [Ctr, Cbcs, Cbc] {
                let selection = Selection { encryption: Some(required), ..Selection::default() };
                let view = View::whole(&index).selected(&selection);
                let refusal = ViewError::OtherEncryption(required.name());
                match expected == Some(required) {
                    true => assert!(view.is_ok(), "{required:?}"),
                    false => assert_eq!(view.err(), Some(refusal)),
                }
            }
        }
    }
}
