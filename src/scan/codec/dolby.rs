//! AC-3 and E-AC-3.

use super::four_cc::four_cc;
use crate::index::{AudioFormat, Format};
use crate::isobmff::{Ac3Config, BoxError, Eac3Config, Layout, SampleEntry};

/// `WAVE_FORMAT_EXTENSIBLE`.
const AUDIO_TAG: u16 = 0xfffe;

/// `MEDIASUBTYPE_DOLBY_AC3`, {e06d802c-db46-11cf-b4d1-00805f6cbbea}.
const AC3_SUBTYPE: [u8; 16] = [
    0x2c, 0x80, 0x6d, 0xe0, 0x46, 0xdb, 0xcf, 0x11, 0xb4, 0xd1, 0x00, 0x80, 0x5f, 0x6c, 0xbb, 0xea,
];

/// `MEDIASUBTYPE_DOLBY_DDPLUS`, {a7fb87af-2d02-42fb-a4d4-05cd93843bdd}.
const EAC3_SUBTYPE: [u8; 16] = [
    0xaf, 0x87, 0xfb, 0xa7, 0x02, 0x2d, 0xfb, 0x42, 0xa4, 0xd4, 0x05, 0xcd, 0x93, 0x84, 0x3b, 0xdd,
];

/// Samples of a frame: six blocks of 256.
const FRAME_SAMPLES: u16 = 1536;

/// `AC-3`.
pub(super) fn ac3(entry: &SampleEntry<'_>) -> Result<Format, BoxError> {
    let dac3 = entry.expect(b"dac3", "it has no 'dac3'")?;
    let config = Ac3Config::parse(&dac3)?;
    let data_rate = config.data_rate.ok_or(dac3.error("its bit rate code is reserved"))?;
    let speakers = Speakers::of(config.channel_mode, config.has_lfe, 0);
    extensible(entry, b"AC-3", data_rate, speakers, AC3_SUBTYPE, dac3.fields().rest())
}

/// `EC-3`.
pub(super) fn eac3(entry: &SampleEntry<'_>) -> Result<Format, BoxError> {
    let dec3 = entry.expect(b"dec3", "it has no 'dec3'")?;
    let config = Eac3Config::parse(&dec3)?;
    let speakers = Speakers::of(config.channel_mode, config.has_lfe, config.channel_locations);
    extensible(entry, b"EC-3", config.data_rate, speakers, EAC3_SUBTYPE, dec3.fields().rest())
}

/// A format whose `CodecPrivateData` is what a `WAVEFORMATEXTENSIBLE` has behind its `WAVEFORMATEX`
/// (samples of a block, channel mask, sub-format), and then the decoder's configuration.
fn extensible(
    entry: &SampleEntry<'_>,
    code: &[u8; 4],
    kilobits_per_second: u16,
    speakers: Speakers,
    subtype: [u8; 16],
    configuration: &[u8],
) -> Result<Format, BoxError> {
    let Layout::Audio { sample_rate, .. } = entry.layout else {
        return Err(entry.error("it is audio in a track of another kind"));
    };
    // A frame's bytes are its samples times kb/s times 1000 bits, over samples a second and 8 bits.
    let packet_size = (u32::from(FRAME_SAMPLES) * 125)
        .checked_mul(kilobits_per_second.into())
        .and_then(|bytes_per_second| bytes_per_second.checked_div(sample_rate))
        .ok_or(entry.error("its sampling rate is zero"))?;
    let mask = speakers.mask.to_le_bytes();
    Ok(Format::Audio(AudioFormat {
        four_cc: four_cc(entry, code)?,
        sampling_rate: sample_rate,
        channels: speakers.channels,
        bits_per_sample: 16,
        packet_size,
        audio_tag: AUDIO_TAG,
        codec_private_data: [&FRAME_SAMPLES.to_le_bytes(), &mask[..], &subtype, configuration]
            .concat(),
    }))
}

/// The loudspeakers that a stream is meant for.
struct Speakers {
    channels: u16,
    /// `dwChannelMask`.
    mask: u32,
}

impl Speakers {
    const FRONT: u32 = 0x3;
    const CENTRE: u32 = 0x4;
    const LOW_FREQUENCY: u32 = 0x8;
    const BACK: u32 = 0x30;
    const BACK_CENTRE: u32 = 0x100;

    /// By `acmod`, `lfeon` and `chan_loc` (`ETSI TS 102 366` 4.4.2.3, E.1.3.1.8). A channel that the
    /// mask has no bit for is counted all the same.
    fn of(channel_mode: u8, has_lfe: bool, locations: u16) -> Self {
        let (channels, mask) = match channel_mode {
            1 => (1, Self::CENTRE),
            3 => (3, Self::FRONT | Self::CENTRE),
            4 => (3, Self::FRONT | Self::BACK_CENTRE),
            5 => (4, Self::FRONT | Self::CENTRE | Self::BACK_CENTRE),
            6 => (4, Self::FRONT | Self::BACK),
            7 => (5, Self::FRONT | Self::CENTRE | Self::BACK),
            _ => (2, Self::FRONT),
        };
        let mut this = Self { channels, mask };
        let mut add = |channels: u16, mask: u32| {
            this.channels += channels;
            this.mask |= mask;
        };
        if has_lfe {
            add(1, Self::LOW_FREQUENCY);
        }
        for (bit, (channels, mask)) in Self::LOCATIONS.into_iter().enumerate() {
            if (locations >> bit) & 1 != 0 {
                add(channels, mask);
            }
        }
        this
    }

    /// The channels that each bit of `chan_loc` stands for: how many, and where they are.
    const LOCATIONS: [(u16, u32); 9] = [
        (2, 0xc0),
        (2, 0x600),
        (1, Self::BACK_CENTRE),
        (1, 0x800),
        (2, 0),
        (2, 0),
        (2, 0x5000),
        (1, 0x2000),
        (1, 0),
    ];
}
