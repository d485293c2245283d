//! The configuration of an AAC decoder.

/// The beginning of an `AudioSpecificConfig` (`ISO/IEC 14496-3` 1.6.2.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AudioSpecificConfig {
    /// 2 is AAC-LC; 5 is HE-AAC and 29 HE-AAC v2, where they are signalled explicitly.
    pub object_type: u8,
    /// Samples a second that come out of the decoder, so far as is signalled explicitly.
    pub sampling_rate: u32,
    /// Channels that come out of the decoder; `None` where they are defined elsewhere.
    pub channels: Option<u16>,
    /// Bytes in which the core of the configuration ends: behind it are extensions.
    pub core_len: usize,
}

impl AudioSpecificConfig {
    /// Reads a configuration; `None` if it is cut short or uses a reserved value.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        const SBR: u8 = 5;
        const PARAMETRIC_STEREO: u8 = 29;
        let mut bits = Bits { bytes, at: 0 };
        let object_type = bits.object_type()?;
        let mut sampling_rate = bits.sampling_rate()?;
        let configuration = bits.take(4)?;
        if object_type == SBR || object_type == PARAMETRIC_STEREO {
            sampling_rate = bits.sampling_rate()?;
            bits.object_type()?;
        }
        let channels = match configuration {
            0 => None,
            1 if object_type == PARAMETRIC_STEREO => Some(2),
            1..=6 => Some(u16::try_from(configuration).ok()?),
            7 | 12 | 14 => Some(8),
            11 => Some(7),
            _ => return None,
        };
        // Behind the channels come three flags of the core coder.
        let core_len = bits.at.checked_add(3)?.div_ceil(8);
        Some(Self { object_type, sampling_rate, channels, core_len })
    }
}

struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> Option<u32> {
        (0..count).try_fold(0, |value, _| {
            let byte = self.bytes.get(self.at / 8)?;
            let bit = (byte >> (7 - self.at % 8)) & 1;
            self.at += 1;
            Some((value << 1) | u32::from(bit))
        })
    }

    fn object_type(&mut self) -> Option<u8> {
        let short = self.take(5)?;
        let object_type = if short == 31 { 32 + self.take(6)? } else { short };
        u8::try_from(object_type).ok()
    }

    fn sampling_rate(&mut self) -> Option<u32> {
        const RATES: [u32; 13] = [
            96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025,
            8_000, 7_350,
        ];
        match self.take(4)? {
            15 => self.take(24),
            index => RATES.get(usize::try_from(index).ok()?).copied(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configurations_of_aac() {
        let parse = |bytes: &[u8]| {
            let config = AudioSpecificConfig::parse(bytes)?;
            let AudioSpecificConfig { object_type, sampling_rate, channels, core_len } = config;
            Some((object_type, sampling_rate, channels, core_len))
        };
        assert_eq!(parse(&[0x11, 0x90, 0x56, 0xe5, 0x00]), Some((2, 48_000, Some(2), 2)));
        assert_eq!(parse(&[0x12, 0x10]), Some((2, 44_100, Some(2), 2)));
        // HE-AAC: a core of 24 kHz, an output of 48 kHz; then v2, whose mono core comes out stereo.
        assert_eq!(parse(&[0x2b, 0x11, 0x88, 0x00]), Some((5, 48_000, Some(2), 4)));
        assert_eq!(parse(&[0xeb, 0x09, 0x88, 0x00]), Some((29, 48_000, Some(2), 4)));
        // A rate that is in no table, and a channel layout that is.
        assert_eq!(parse(&[0x17, 0x80, 0x5d, 0xc0, 0x10]), Some((2, 48_000, Some(2), 5)));
        assert_eq!(parse(&[0x11, 0xb8]), Some((2, 48_000, Some(8), 2)));
        assert_eq!(parse(&[0x11, 0x80]), Some((2, 48_000, None, 2)));
        assert_eq!(parse(&[0x11]), None);
        assert_eq!(parse(&[0x16, 0x90]), None);
    }
}
