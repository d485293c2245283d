//! Decoder configurations of video that is made of NAL units.

use super::{BoxError, BoxRef};

/// An `avcC` (`ISO/IEC 14496-15` 5.3.3.1).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AvcC<'a> {
    /// Bytes of the length before each NAL unit.
    pub nal_length_size: u8,
    /// Sequence parameter sets.
    pub sps: Vec<&'a [u8]>,
    /// Picture parameter sets.
    pub pps: Vec<&'a [u8]>,
}

impl<'a> AvcC<'a> {
    /// Reads an `avcC`.
    pub fn parse(avcc: &BoxRef<'a>) -> Result<Self, BoxError> {
        let mut fields = avcc.fields();
        if fields.u8()? != 1 {
            return Err(avcc.error("it is of an unknown version"));
        }
        fields.skip(3)?;
        let nal_length_size = (fields.u8()? & 3) + 1;
        let mut sets = |mask| {
            let count = fields.u8()? & mask;
            (0..count)
                .map(|_| {
                    let len = fields.u16()?;
                    fields.bytes(len.into())
                })
                .collect::<Result<Vec<_>, _>>()
        };
        Ok(Self { nal_length_size, sps: sets(0x1f)?, pps: sets(0xff)? })
    }
}

/// An `hvcC` (`ISO/IEC 14496-15` 8.3.3.1).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HvcC<'a> {
    /// Bytes of the length before each NAL unit.
    pub nal_length_size: u8,
    /// Profile, tier and level, as they stand from `general_profile_space` to `general_level_idc`.
    pub profile: [u8; 12],
    /// Sequence parameter sets.
    pub sps: Vec<&'a [u8]>,
    /// Picture parameter sets.
    pub pps: Vec<&'a [u8]>,
}

impl<'a> HvcC<'a> {
    /// Reads an `hvcC`.
    pub fn parse(hvcc: &BoxRef<'a>) -> Result<Self, BoxError> {
        const SPS: u8 = 33;
        const PPS: u8 = 34;
        let mut fields = hvcc.fields();
        // Encoders older than the standard's final text wrote version 0.
        if fields.u8()? > 1 {
            return Err(hvcc.error("it is of an unknown version"));
        }
        let profile = fields.array()?;
        fields.skip(8)?;
        let nal_length_size = (fields.u8()? & 3) + 1;
        let mut this = Self { nal_length_size, profile, sps: Vec::new(), pps: Vec::new() };
        for _ in 0..fields.u8()? {
            let nal_type = fields.u8()? & 0x3f;
            for _ in 0..fields.u16()? {
                let len = fields.u16()?;
                let unit = fields.bytes(len.into())?;
                match nal_type {
                    SPS => this.sps.push(unit),
                    PPS => this.pps.push(unit),
                    _ => {}
                }
            }
        }
        Ok(this)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media;

    #[test]
    fn avc_parameter_sets() {
        let bytes = media::avcc(&[&[0x67, 1, 2]], &[&[0x68, 3], &[0x68, 4]]);
        let avcc = AvcC::parse(&BoxRef::whole(&bytes, 0).unwrap()).unwrap();
        assert_eq!(avcc.nal_length_size, 4);
        assert_eq!(avcc.sps, [[0x67, 1, 2]]);
        assert_eq!(avcc.pps, [[0x68, 3], [0x68, 4]]);
        let cut = media::boxed(b"avcC", &bytes[8..bytes.len() - 1]);
        let error = AvcC::parse(&BoxRef::whole(&cut, 0).unwrap()).unwrap_err();
        assert_eq!(error.problem, "it ends within a field");
    }

    #[test]
    fn hevc_parameter_sets() {
        let bytes = media::hvcc(&[(32, &[0x40, 1]), (33, &[0x42, 1, 2]), (34, &[0x44, 3])]);
        let hvcc = HvcC::parse(&BoxRef::whole(&bytes, 0).unwrap()).unwrap();
        assert_eq!(hvcc.nal_length_size, 4);
        assert_eq!(hvcc.sps, [[0x42, 1, 2]]);
        assert_eq!(hvcc.pps, [[0x44, 3]]);
    }
}
