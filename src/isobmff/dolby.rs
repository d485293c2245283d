//! Decoder configurations of Dolby's codecs.

use super::{BoxError, BoxRef, Fields};

/// A `dac3` (`ETSI TS 102 366` F.4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ac3Config {
    /// `acmod`, the channels in front and behind.
    pub channel_mode: u8,
    /// Whether there is a low-frequency channel.
    pub has_lfe: bool,
    /// Kilobits a second, unless the code for it is reserved.
    pub data_rate: Option<u16>,
}

impl Ac3Config {
    /// Reads a `dac3`: `fscod`(2) `bsid`(5) `bsmod`(3) `acmod`(3) `lfeon`(1) `bit_rate_code`(5).
    pub fn parse(dac3: &BoxRef<'_>) -> Result<Self, BoxError> {
        const RATES: [u16; 19] = [
            32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640,
        ];
        let bits = dac3.fields().narrow(3)?;
        let rate = usize::try_from((bits >> 5) & 0x1f).ok();
        Ok(Self {
            channel_mode: low_bits(bits >> 11, 0x7),
            has_lfe: (bits >> 10) & 1 != 0,
            data_rate: rate.and_then(|code| RATES.get(code)).copied(),
        })
    }
}

/// A `dec3` (`ETSI TS 102 366` F.6): its first independent substream, and what depends on that.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Eac3Config {
    /// Kilobits a second.
    pub data_rate: u16,
    /// `acmod`, the channels in front and behind.
    pub channel_mode: u8,
    /// Whether there is a low-frequency channel.
    pub has_lfe: bool,
    /// `chan_loc`, the channels that dependent substreams add; 0 where there are none.
    pub channel_locations: u16,
    /// The complexity index of the objects that it carries beside its channels (`ETSI TS 103 420` 8.3),
    /// where it says that it carries any.
    pub objects: Option<u8>,
}

impl Eac3Config {
    /// Reads a `dec3`: `data_rate`(13) `num_ind_sub`(3), then `fscod`(2) `bsid`(5) `reserved`(1)
    /// `asvc`(1) `bsmod`(3) `acmod`(3) `lfeon`(1) `reserved`(3) `num_dep_sub`(4) and either
    /// `chan_loc`(9) or `reserved`(1), for each independent substream. Behind them may stand what
    /// extends them: `reserved`(7) `flag_ec3_extension_type_a`(1) `complexity_index_type_a`(8).
    pub fn parse(dec3: &BoxRef<'_>) -> Result<Self, BoxError> {
        let mut fields = dec3.fields();
        let [rate, substreams] = fields.array()?;
        let mut this = Self::substream(&mut fields)?;
        this.data_rate = u16::from_be_bytes([rate, substreams]) >> 3;
        for _ in 0..substreams & 7 {
            Self::substream(&mut fields)?;
        }
        if let &[flags, complexity, ..] = fields.rest()
            && flags & 1 != 0
        {
            this.objects = Some(complexity);
        }
        Ok(this)
    }

    fn substream(fields: &mut Fields<'_>) -> Result<Self, BoxError> {
        let bits = fields.narrow(3)?;
        let channel_locations = match (bits >> 1) & 0xf {
            0 => 0,
            _ => (u16::from(low_bits(bits, 1)) << 8) | u16::from(fields.u8()?),
        };
        Ok(Self {
            data_rate: 0,
            channel_mode: low_bits(bits >> 9, 0x7),
            has_lfe: (bits >> 8) & 1 != 0,
            channel_locations,
            objects: None,
        })
    }
}

/// The bits of the lowest byte of `bits` that `mask` has.
fn low_bits(bits: u32, mask: u8) -> u8 {
    let [.., low] = bits.to_be_bytes();
    low & mask
}

#[cfg(test)]
#[allow(clippy::unusual_byte_groupings, reason = "a group is a field")]
mod tests {
    use super::*;
    use crate::media::boxed;

    #[test]
    fn ac_3() {
        // 48 kHz, bsid 8, bsmod 0, 3/2 channels, LFE, 448 kb/s.
        let bytes = boxed(b"dac3", &[0b00_01000_0, 0b00_111_1_01, 0b111_00000]);
        let config = Ac3Config::parse(&BoxRef::whole(&bytes, 0).unwrap()).unwrap();
        assert_eq!(config, Ac3Config { channel_mode: 7, has_lfe: true, data_rate: Some(448) });
    }

    #[test]
    fn e_ac_3_with_and_without_dependent_substreams() {
        let parse = |payload: &[u8]| {
            let bytes = boxed(b"dec3", payload);
            Eac3Config::parse(&BoxRef::whole(&bytes, 0).unwrap())
        };
        let plain = [0x06, 0x00, 0b00_10000_0, 0b0_000_010_0, 0b000_0000_0];
        let config = Eac3Config {
            data_rate: 192,
            channel_mode: 2,
            has_lfe: false,
            channel_locations: 0,
            objects: None,
        };
        assert_eq!(parse(&plain), Ok(config));
        let seven_one = [0x0c, 0x00, 0b00_10000_0, 0b0_000_111_1, 0b000_0001_0, 0b0000_0010];
        let config = Eac3Config {
            data_rate: 384,
            channel_mode: 7,
            has_lfe: true,
            channel_locations: 2,
            objects: None,
        };
        assert_eq!(parse(&seven_one), Ok(config));
        // Objects, behind a second independent substream.
        let atmos = [&[0x0c, 0x01][..], &seven_one[2..], &plain[2..], &[0b0000000_1, 16]].concat();
        assert_eq!(parse(&atmos), Ok(Eac3Config { objects: Some(16), ..config }));
        let none = [&plain[..], &[0, 16]].concat();
        assert_eq!(parse(&none).unwrap().objects, None);
        let cut = [&plain[..], &[1]].concat();
        assert_eq!(parse(&cut).unwrap().objects, None);
        assert!(parse(&seven_one[..5]).is_err());
    }
}
