//! The configuration of an AAC decoder.

use super::bits::Bits;

/// An `AudioSpecificConfig` (`ISO/IEC 14496-3` 1.6.2.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AudioSpecificConfig {
    /// 2 is AAC-LC; 5 is HE-AAC and 29 HE-AAC v2, where they are signalled explicitly.
    pub object_type: u8,
    /// Samples a second that come out of the decoder, so far as is signalled explicitly.
    pub sampling_rate: u32,
    /// `channelConfiguration`; 0 where a `program_config_element` lists the channels.
    pub channel_configuration: u8,
    /// Channels that come out of the decoder, so far as is signalled explicitly; `None` where the
    /// object type says them in a way of its own.
    pub channels: Option<u16>,
    /// Bytes in which the core of the configuration ends: behind it are extensions.
    pub core_len: usize,
    /// What a decoder that knows HE-AAC makes of AAC-LC, where an extension says that it may
    /// (`ISO/IEC 14496-3` 1.6.6.1).
    pub extension: Option<Extension>,
}

/// HE-AAC that is signalled so that decoders which know AAC-LC alone take it for that.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Extension {
    /// 5 is HE-AAC, 29 is HE-AAC v2.
    pub object_type: u8,
    /// Samples a second that come out of the decoder.
    pub sampling_rate: u32,
}

const SBR: u8 = 5;
const PARAMETRIC_STEREO: u8 = 29;

impl AudioSpecificConfig {
    /// Reads a configuration; `None` if it is cut short or uses a reserved value.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let mut bits = Bits::new(bytes);
        let object_type = object_type(&mut bits)?;
        let mut sampling_rate = sampling_frequency(&mut bits)?;
        let channel_configuration = bits.u8(4)?;
        let is_explicit = object_type == SBR || object_type == PARAMETRIC_STEREO;
        let mut core = object_type;
        if is_explicit {
            sampling_rate = sampling_frequency(&mut bits)?;
            core = self::object_type(&mut bits)?;
        }
        let listed = match core {
            1..=4 | 6 | 7 => general(&mut bits, channel_configuration)?,
            _ => None,
        };
        let channels = match channel_configuration {
            0 => listed,
            1..=6 => Some(channel_configuration.into()),
            7 | 12 | 14 => Some(8),
            11 => Some(7),
            13 => Some(24),
            _ => return None,
        };
        let core_len = bits.at().div_ceil(8);
        let extension = if is_explicit { None } else { extension(bits) };
        let this = Self {
            object_type,
            sampling_rate,
            channel_configuration,
            channels,
            core_len,
            extension,
        };
        Some(Self { channels: this.stereo_of(object_type), ..this })
    }

    /// The object type that manifests state: what comes out of a decoder that knows it.
    pub fn output_object_type(&self) -> u8 {
        self.extension.map_or(self.object_type, |extension| extension.object_type)
    }

    /// Samples a second that come out of such a decoder.
    pub fn output_sampling_rate(&self) -> u32 {
        self.extension.map_or(self.sampling_rate, |extension| extension.sampling_rate)
    }

    /// Channels that come out of such a decoder.
    pub fn output_channels(&self) -> Option<u16> {
        self.stereo_of(self.output_object_type())
    }

    /// Parametric stereo is one channel that two come out of.
    fn stereo_of(&self, object_type: u8) -> Option<u16> {
        match self.channels {
            Some(1) if object_type == PARAMETRIC_STEREO => Some(2),
            channels => channels,
        }
    }
}

fn object_type(bits: &mut Bits<'_>) -> Option<u8> {
    match bits.u8(5)? {
        31 => bits.u8(6)?.checked_add(32),
        object_type => Some(object_type),
    }
}

fn sampling_frequency(bits: &mut Bits<'_>) -> Option<u32> {
    const RATES: [u32; 13] = [
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025,
        8_000, 7_350,
    ];
    match bits.take(4)? {
        15 => bits.take(24),
        index => RATES.get(usize::try_from(index).ok()?).copied(),
    }
}

/// Passes a `GASpecificConfig` (`ISO/IEC 14496-3` 4.4.1), and gives the channels that it lists.
fn general(bits: &mut Bits<'_>, channel_configuration: u8) -> Option<Option<u16>> {
    const CORE_CODER_DELAY: usize = 14;
    bits.skip(1)?;
    if bits.flag()? {
        bits.skip(CORE_CODER_DELAY)?;
    }
    bits.skip(1)?;
    match channel_configuration {
        0 => program_config(bits).map(Some),
        _ => Some(None),
    }
}

/// Passes a `program_config_element` (`ISO/IEC 14496-3` 4.4.1.1), and gives how many channels it has.
fn program_config(bits: &mut Bits<'_>) -> Option<u16> {
    const TAG: usize = 4;
    bits.skip(TAG + 2 + 4)?;
    let (front, side, back) = (bits.take(4)?, bits.take(4)?, bits.take(4)?);
    let (low_frequency, data, coupling) = (bits.u8(2)?, bits.take(3)?, bits.take(4)?);
    // How it is mixed down to one channel, to two, and by a matrix.
    for mixdown in [4, 4, 3] {
        if bits.flag()? {
            bits.skip(mixdown)?;
        }
    }
    let mut channels = u16::from(low_frequency);
    for _ in 0..front + side + back {
        channels += if bits.flag()? { 2 } else { 1 };
        bits.skip(TAG)?;
    }
    bits.skip(TAG * usize::from(low_frequency))?;
    bits.skip(TAG * usize::try_from(data).ok()?)?;
    bits.skip((1 + TAG) * usize::try_from(coupling).ok()?)?;
    bits.align()?;
    let comment = bits.u8(8)?;
    bits.skip(8 * usize::from(comment))?;
    Some(channels)
}

/// The extension behind the core of a configuration, wherever it begins.
fn extension(mut bits: Bits<'_>) -> Option<Extension> {
    const SYNC: u32 = 0x2b7;
    const SYNC_OF_STEREO: u32 = 0x548;
    while bits.clone().take(11)? != SYNC {
        bits.skip(1)?;
    }
    bits.skip(11)?;
    if object_type(&mut bits)? != SBR || !bits.flag()? {
        return None;
    }
    let sampling_rate = sampling_frequency(&mut bits)?;
    let is_stereo = bits.take(11) == Some(SYNC_OF_STEREO) && bits.flag() == Some(true);
    let object_type = if is_stereo { PARAMETRIC_STEREO } else { SBR };
    Some(Extension { object_type, sampling_rate })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configurations_of_aac() {
        let parse = |bytes: &[u8]| {
            let config = AudioSpecificConfig::parse(bytes)?;
            let AudioSpecificConfig { object_type, sampling_rate, channels, core_len, .. } = config;
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
        // xHE-AAC.
        assert_eq!(parse(&[0xf9, 0x46, 0x40]), Some((42, 48_000, Some(2), 3)));
        assert_eq!(parse(&[0x11]), None);
        assert_eq!(parse(&[0x16, 0x90]), None);
    }

    #[test]
    fn channels_of_a_list_are_counted() {
        // 5.1 with speakers at the sides, as ffmpeg writes it: one and a pair in front, a pair at the
        // sides, one of low frequency; and a comment.
        let listed = [0x11, 0x80, 0x04, 0xc8, 0x44, 0x00, 0x20, 0x00, 0xc4, 2, b'h', b'i'];
        let config = AudioSpecificConfig::parse(&listed).unwrap();
        assert_eq!((config.channel_configuration, config.channels), (0, Some(6)));
        assert_eq!((config.core_len, config.extension), (listed.len(), None));
        assert_eq!(AudioSpecificConfig::parse(&listed[..listed.len() - 1]), None);
        let config =
            AudioSpecificConfig::parse(&[&listed[..], &[0x56, 0xe5, 0x98]].concat()).unwrap();
        assert_eq!((config.core_len, config.output_object_type()), (listed.len(), 5));
    }

    #[test]
    fn extensions_that_aac_lc_decoders_pass_over() {
        let parse = |bytes: &[u8]| {
            let config = AudioSpecificConfig::parse(bytes).unwrap();
            let out = (config.output_sampling_rate(), config.output_channels());
            (config.object_type, config.sampling_rate, config.output_object_type(), out)
        };
        let lc = |rate, channels| (2, rate, 2, (rate, Some(channels)));
        assert_eq!(parse(&[0x13, 0x10]), lc(24_000, 2));
        // There is room for it, and it says that there is none.
        assert_eq!(parse(&[0x11, 0x90, 0x56, 0xe5, 0x00]), lc(48_000, 2));
        let he = (2, 24_000, 5, (48_000, Some(2)));
        assert_eq!(parse(&[0x13, 0x10, 0x56, 0xe5, 0x98]), he);
        let he_v2 = (2, 24_000, 29, (48_000, Some(2)));
        assert_eq!(parse(&[0x13, 0x08, 0x56, 0xe5, 0x9d, 0x48, 0x80]), he_v2);
        let no_stereo = (2, 24_000, 5, (48_000, Some(1)));
        assert_eq!(parse(&[0x13, 0x08, 0x56, 0xe5, 0x9d, 0x48, 0x00]), no_stereo);
    }
}
