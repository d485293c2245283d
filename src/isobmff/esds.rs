//! MPEG-4 elementary stream descriptors.

use super::{BoxError, BoxRef, Fields};
use std::ops::RangeInclusive;

/// An `esds` (`ISO/IEC 14496-14` 6.7.2, `ISO/IEC 14496-1` 7.2.6).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Esds<'a> {
    /// What the stream is (`objectTypeIndication`).
    pub object_type: u8,
    /// Where that byte lies in the slice that was parsed.
    pub object_type_at: usize,
    /// `DecoderSpecificInfo`; empty where there is none.
    pub specific_info: &'a [u8],
}

const ES_DESCRIPTOR: u8 = 0x03;
const DECODER_CONFIG: u8 = 0x04;
const DECODER_SPECIFIC_INFO: u8 = 0x05;

impl<'a> Esds<'a> {
    /// The object type of MPEG-4 audio.
    pub const MPEG_4_AUDIO: u8 = 0x40;
    /// Object types of MPEG-2 AAC, by profile, which Azure's packager wrote for AAC that is MPEG-4's too.
    pub const MPEG_2_AAC: RangeInclusive<u8> = 0x66..=0x68;
    /// Object types of MP3, by the standards that define it.
    pub const MP3: [u8; 2] = [0x69, 0x6b];

    /// Reads an `esds`.
    pub fn parse(esds: &BoxRef<'a>) -> Result<Self, BoxError> {
        let mut fields = esds.fields();
        fields.version_and_flags()?;
        expect_descriptor(&mut fields, ES_DESCRIPTOR)?;
        fields.skip(2)?;
        let flags = fields.u8()?;
        if flags & 0x80 != 0 {
            fields.skip(2)?;
        }
        if flags & 0x40 != 0 {
            let url_len = fields.u8()?;
            fields.skip(url_len.into())?;
        }
        if flags & 0x20 != 0 {
            fields.skip(2)?;
        }
        expect_descriptor(&mut fields, DECODER_CONFIG)?;
        let object_type_at = fields.at();
        let object_type = fields.u8()?;
        fields.skip(12)?;
        let specific_info = match fields.rest().first() {
            Some(&DECODER_SPECIFIC_INFO) => {
                let len = expect_descriptor(&mut fields, DECODER_SPECIFIC_INFO)?;
                fields.bytes(len)?
            }
            _ => &[],
        };
        Ok(Self { object_type, object_type_at, specific_info })
    }
}

/// Passes the tag and the length of a descriptor, and gives the length: seven bits a byte, four
/// bytes at most (`ISO/IEC 14496-1` 8.3.3).
fn expect_descriptor(fields: &mut Fields<'_>, tag: u8) -> Result<usize, BoxError> {
    if fields.u8()? != tag {
        return Err(fields.error("its descriptors are not in the expected order"));
    }
    let mut len = 0;
    for _ in 0..4 {
        let byte = fields.u8()?;
        len = (len << 7) | usize::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Ok(len);
        }
    }
    Err(fields.error("the length of a descriptor does not end"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media;

    #[test]
    fn finds_the_specific_info_behind_optional_fields_and_long_lengths() {
        let bytes = media::esds(0x40, &[0x11, 0x90]);
        let esds = Esds::parse(&BoxRef::whole(&bytes, 0).unwrap()).unwrap();
        assert_eq!((esds.object_type, esds.specific_info), (0x40, &[0x11, 0x90][..]));
        assert_eq!(bytes[esds.object_type_at], 0x40);

        let mut long = vec![0, 0, 0, 0, 0x03, 0x80, 0x80, 0x80, 0x30, 0, 1, 0xe0];
        long.extend([0, 9, 3, b'u', b'r', b'l', 0, 8, 0x04, 0x80, 0x80, 0x80, 0x20, 0x40]);
        long.extend([0; 12]);
        long.extend([0x05, 0x80, 0x80, 0x80, 0x02, 0x12, 0x10]);
        let long = media::boxed(b"esds", &long);
        let esds = Esds::parse(&BoxRef::whole(&long, 0).unwrap()).unwrap();
        assert_eq!(esds.specific_info, [0x12, 0x10]);
    }

    #[test]
    fn lying_descriptors_are_refused() {
        let error = |payload: &[u8]| {
            let bytes = media::boxed(b"esds", payload);
            Esds::parse(&BoxRef::whole(&bytes, 0).unwrap()).unwrap_err().problem
        };
        assert_eq!(error(&[0, 0, 0, 0, 3, 0xff, 0xff, 0xff, 0xff]), {
            "the length of a descriptor does not end"
        });
        assert_eq!(error(&[0, 0, 0, 0, 5, 1]), "its descriptors are not in the expected order");
    }
}
