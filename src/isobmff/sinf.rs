//! The protection of a track.

use super::write::{boxed, container};
use super::{BoxError, BoxRef, BoxType, Encryption, ProtectionError, SampleEntry, SchemeError};

/// `8974dbce-7be7-4c51-84f9-7148f9882554`: what PIFF has where others have a `tenc`.
const PIFF_TENC: BoxType = BoxType::Uuid([
    0x89, 0x74, 0xdb, 0xce, 0x7b, 0xe7, 0x4c, 0x51, 0x84, 0xf9, 0x71, 0x48, 0xf9, 0x88, 0x25, 0x54,
]);

/// The `sinf` of a sample entry (`ISO/IEC 14496-12` 8.12, `ISO/IEC 23001-7` 4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TrackProtection {
    /// Which cipher, and in which mode.
    pub scheme: Scheme,
    /// How its samples are encrypted, unless something else is said of them.
    pub encryption: Encryption,
    /// Whether it is said in the boxes of `ISO/IEC 23001-7`, and not in those of PIFF.
    pub is_iso: bool,
}

/// A scheme of common encryption that CMAF has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scheme {
    /// AES-CTR. PIFF's own scheme with this cipher comes to the same bytes.
    Cenc,
    /// AES-CBC by a pattern.
    Cbcs,
}

impl Scheme {
    /// Its four characters.
    pub fn code(self) -> [u8; 4] {
        match self {
            Self::Cenc => *b"cenc",
            Self::Cbcs => *b"cbcs",
        }
    }
}

impl TrackProtection {
    /// The same as a `sinf` of `frma`, `schm` and `schi` with a `tenc` (`ISO/IEC 14496-12` 8.12,
    /// `ISO/IEC 23001-7` 8.2), in place of the one that is stored; `None` if a size does not fit its field.
    pub fn write(self, stored: &BoxRef<'_>) -> Result<Option<Vec<u8>>, ProtectionError> {
        const VERSION_OF_SCHEME: [u8; 4] = [0, 1, 0, 0];
        let frma = stored.expect(b"frma", "it has no 'frma'")?;
        let schm = [&[0; 4], &self.scheme.code()[..], &VERSION_OF_SCHEME].concat();
        let version = u8::from(self.encryption.pattern != 0);
        let tenc = [&[version, 0, 0, 0], &self.encryption.bytes()[..]].concat();
        Ok(container(
            b"sinf",
            [
                Some(frma.bytes().to_vec()),
                boxed(b"schm", &schm),
                container(b"schi", [boxed(b"tenc", &tenc)]),
            ],
        ))
    }
}

impl SampleEntry<'_> {
    /// How the track is protected; `None` if it is in the clear.
    pub fn protection(&self) -> Result<Option<TrackProtection>, ProtectionError> {
        if !self.is_protected {
            return Ok(None);
        }
        let sinf = self.expect(b"sinf", "it is protected, but has no 'sinf'")?;
        protection(&sinf).map(Some)
    }

    /// The same entry of samples in the clear, its boxes alone: without a `sinf`, and called what that says;
    /// `None` if a size does not fit its field.
    pub fn in_the_clear(&self) -> Result<Option<Vec<u8>>, BoxError> {
        const HEADER_LEN: usize = 8;
        let (bytes, BoxType::Code(code)) = (self.bytes()?, self.format) else { return Ok(None) };
        let fixed = HEADER_LEN..bytes.len().saturating_sub(self.tail().len());
        let mut payload = bytes.get(fixed).unwrap_or_default().to_vec();
        for child in self.children() {
            let child = child?;
            if child.kind() != BoxType::Code(*b"sinf") {
                payload.extend(child.bytes());
            }
        }
        Ok(boxed(&code, &payload))
    }
}

fn protection(sinf: &BoxRef<'_>) -> Result<TrackProtection, ProtectionError> {
    let mut schm = sinf.expect(b"schm", "it has no 'schm'")?.fields();
    schm.version_and_flags()?;
    let (scheme, is_piff) = match &schm.array()? {
        b"cenc" => (Scheme::Cenc, false),
        b"piff" => (Scheme::Cenc, true),
        b"cbcs" => (Scheme::Cbcs, false),
        other => return Err(SchemeError::UnknownScheme(*other).into()),
    };
    let schi = sinf.expect(b"schi", "it has no 'schi'")?;
    let tenc = schi.child(BoxType::Code(*b"tenc"))?;
    let is_iso = tenc.is_some() && !is_piff;
    let tenc = match tenc {
        Some(tenc) => Some(tenc),
        None => schi.child(PIFF_TENC)?,
    };
    let mut fields = tenc.ok_or(schi.error("it has no 'tenc'"))?.fields();
    fields.known_version()?;
    Ok(TrackProtection { scheme, encryption: Encryption::read(&mut fields)?, is_iso })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::isobmff::Vectors;
    use crate::media::{audio_entry, boxed, full_boxed, uuid_boxed};

    const KEY: [u8; 16] = [9; 16];

    fn of(scheme: &[u8; 4], schi: &[u8]) -> Result<Option<TrackProtection>, ProtectionError> {
        let frma = boxed(b"frma", b"mp4a");
        let schm = full_boxed(b"schm", 0, 0, &[&scheme[..], &[0, 1, 0, 0]].concat());
        let sinf = boxed(b"sinf", &[frma, schm, boxed(b"schi", schi)].concat());
        let entry = audio_entry(b"enca", 2, 48_000, &sinf);
        SampleEntry::parse(&entry, *b"soun").unwrap().protection()
    }

    fn fields(algorithm: u8, iv_size: u8) -> Vec<u8> {
        [&[0, 0, algorithm, iv_size][..], &KEY].concat()
    }

    fn tenc(fields: &[u8]) -> Vec<u8> {
        full_boxed(b"tenc", 0, 0, fields)
    }

    fn piff(fields: &[u8]) -> Vec<u8> {
        let BoxType::Uuid(uuid) = PIFF_TENC else { panic!("not a uuid") };
        uuid_boxed(uuid, &[&[0; 4], fields].concat())
    }

    #[test]
    fn iso_and_piff_say_the_same() {
        let encryption = Encryption { pattern: 0, vectors: Some(Vectors::Own8), key_id: KEY };
        let cenc = |is_iso| Ok(Some(TrackProtection { scheme: Scheme::Cenc, encryption, is_iso }));
        assert_eq!(of(b"cenc", &tenc(&fields(1, 8))), cenc(true));
        assert_eq!(of(b"piff", &piff(&fields(1, 8))), cenc(false));
        assert_eq!(of(b"piff", &tenc(&fields(1, 8))), cenc(false));
        assert_eq!(of(b"cenc", &piff(&fields(1, 8))), cenc(false));
        let clear = audio_entry(b"mp4a", 2, 48_000, &[]);
        assert_eq!(SampleEntry::parse(&clear, *b"soun").unwrap().protection(), Ok(None));
    }

    #[test]
    fn other_schemes_and_ciphers_are_named() {
        assert_eq!(of(b"adkm", &[]), Err(SchemeError::UnknownScheme(*b"adkm").into()));
        assert_eq!(
            of(b"cens", &tenc(&fields(1, 8))),
            Err(SchemeError::UnknownScheme(*b"cens").into())
        );
        assert_eq!(
            of(b"piff", &piff(&fields(2, 16))),
            Err(SchemeError::UnknownAlgorithm(2).into())
        );
        assert_eq!(
            SchemeError::UnknownScheme(*b"adkm").to_string(),
            "it is protected by the scheme 'adkm', where HLS and DASH have cenc or cbcs"
        );
    }

    #[test]
    fn what_is_missing_is_named() {
        let problem = |schi: &[u8]| match of(b"cenc", schi) {
            Err(ProtectionError::Broken(error)) => error.to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(problem(&[]), "box 'schi' at 76: it has no 'tenc'");
        assert_eq!(problem(&tenc(&[0; 9])), "box 'tenc' at 84: it ends within a field");
    }
}
