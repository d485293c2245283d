//! Decoder configurations of VP9, Opus and FLAC.

use super::av1::Colour;
use super::bits::Bits;
use super::{BoxError, BoxRef};

/// A `vpcC` (VP codec ISO media file format binding, 2.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct VpConfig {
    /// `profile`.
    pub profile: u8,
    /// `level`, ten times what it is called; 0 where it is not known.
    pub level: u8,
    /// Bits of a sample.
    pub bit_depth: u8,
    /// `chromaSubsampling`.
    pub chroma: u8,
    /// Its colours.
    pub colour: Colour,
}

impl VpConfig {
    /// Reads a `vpcC`.
    pub fn parse(vpcc: &BoxRef<'_>) -> Result<Self, BoxError> {
        let mut fields = vpcc.fields();
        if fields.version_and_flags()?.0 != 1 {
            return Err(vpcc.error("it is of an unknown version"));
        }
        let [profile, level, coding, primaries, transfer, matrix] = fields.array()?;
        let is_full_range = coding & 1 != 0;
        Ok(Self {
            profile,
            level,
            bit_depth: coding >> 4,
            chroma: (coding >> 1) & 7,
            colour: Colour { primaries, transfer, matrix, is_full_range },
        })
    }
}

/// A `dOps` (Opus in ISOBMFF, 4.3.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OpusConfig {
    /// `OutputChannelCount`.
    pub channels: u16,
}

impl OpusConfig {
    /// The rate that every Opus decoder has its output at, in samples a second.
    pub const SAMPLING_RATE: u32 = 48_000;

    /// Reads a `dOps`.
    pub fn parse(dops: &BoxRef<'_>) -> Result<Self, BoxError> {
        let mut fields = dops.fields();
        if fields.u8()? != 0 {
            return Err(dops.error("it is of an unknown version"));
        }
        match fields.u8()? {
            0 => Err(dops.error("it has no channels")),
            channels => Ok(Self { channels: channels.into() }),
        }
    }
}

/// The stream information in a `dfLa` (FLAC in ISOBMFF, 3.3.2; `RFC 9639` 8.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FlacConfig {
    /// Samples a second.
    pub sampling_rate: u32,
    /// Channels.
    pub channels: u16,
    /// Bits of a sample.
    pub bits_per_sample: u16,
}

impl FlacConfig {
    /// Reads a `dfLa`.
    pub fn parse(dfla: &BoxRef<'_>) -> Result<Self, BoxError> {
        const STREAM_INFORMATION: u8 = 0;
        let mut fields = dfla.fields();
        if fields.version_and_flags()?.0 != 0 {
            return Err(dfla.error("it is of an unknown version"));
        }
        if fields.u8()? & 0x7f != STREAM_INFORMATION {
            return Err(dfla.error("it does not begin with the stream's information"));
        }
        let len = fields.narrow(3)?;
        let information = fields.bytes(usize::try_from(len).unwrap_or(usize::MAX))?;
        Self::read(&mut Bits::new(information))
            .ok_or(dfla.error("its stream information is malformed"))
    }

    fn read(bits: &mut Bits<'_>) -> Option<Self> {
        const SIZES_OF_BLOCKS_AND_FRAMES: usize = 80;
        bits.skip(SIZES_OF_BLOCKS_AND_FRAMES)?;
        let sampling_rate = bits.take(20).filter(|&rate| rate > 0)?;
        let channels = u16::from(bits.u8(3)?) + 1;
        let bits_per_sample = u16::from(bits.u8(5)?) + 1;
        Some(Self { sampling_rate, channels, bits_per_sample })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{boxed, full_boxed};

    #[test]
    fn vp9() {
        let parse = |version, payload: &[u8]| {
            VpConfig::parse(&BoxRef::whole(&full_boxed(b"vpcC", version, 0, payload), 0).unwrap())
                .map_err(|error| error.problem)
        };
        let colour = Colour { primaries: 9, transfer: 18, matrix: 9, is_full_range: true };
        let expected = VpConfig { profile: 2, level: 31, bit_depth: 10, chroma: 1, colour };
        assert_eq!(parse(1, &[2, 31, 0xa3, 9, 18, 9, 0, 0]), Ok(expected));
        assert_eq!(parse(0, &[2, 31, 0xa3, 9, 18, 9, 0, 0]), Err("it is of an unknown version"));
        assert_eq!(parse(1, &[2, 31, 0xa3, 9, 18]), Err("it ends within a field"));
    }

    #[test]
    fn opus() {
        let parse = |payload: &[u8]| {
            OpusConfig::parse(&BoxRef::whole(&boxed(b"dOps", payload), 0).unwrap())
                .map_err(|error| error.problem)
        };
        let stereo = [0, 2, 1, 0x38, 0, 0, 0xbb, 0x80, 0, 0, 0];
        assert_eq!(parse(&stereo), Ok(OpusConfig { channels: 2 }));
        assert_eq!(parse(&[1, 2]), Err("it is of an unknown version"));
        assert_eq!(parse(&[0, 0]), Err("it has no channels"));
    }

    #[test]
    fn flac() {
        let parse = |payload: &[u8]| {
            FlacConfig::parse(&BoxRef::whole(&full_boxed(b"dfLa", 0, 0, payload), 0).unwrap())
                .map_err(|error| error.problem)
        };
        let information = [&[0x80, 0, 0, 34][..], &[0; 10], &[0x17, 0x70, 0x03, 0x70], &[0; 20]];
        let expected = FlacConfig { sampling_rate: 96_000, channels: 2, bits_per_sample: 24 };
        assert_eq!(parse(&information.concat()), Ok(expected));
        assert_eq!(parse(&[0x80, 0, 0, 34, 0]), Err("it ends within a field"));
        assert_eq!(parse(&[0x80, 0, 0, 4, 0, 0, 0, 0]), Err("its stream information is malformed"));
        let wrong = "it does not begin with the stream's information";
        assert_eq!(parse(&[4, 0, 0, 0]), Err(wrong));
    }
}
