//! AV1, VP9, Opus and FLAC: codecs that Smooth Streaming has no name for. Their FourCC is that of their
//! sample entry, and all that players need is there.

use super::four_cc::four_cc;
use super::video::{Coded, video};
use crate::index::{AudioFormat, Format};
use crate::isobmff::{Av1Config, BoxError, FlacConfig, OpusConfig, SampleEntry, VpConfig};

/// AV1 has no NAL units, nor has VP9.
const NO_NAL_UNITS: u8 = 4;

/// `av01`.
pub(super) fn av1(entry: &SampleEntry<'_>) -> Result<Format, BoxError> {
    let config = Av1Config::parse(&entry.expect(b"av1C", "it has no 'av1C'")?)?;
    let coded = config.sequence.map(|sequence| (sequence.width, sequence.height));
    let data = Coded { nal_length_size: NO_NAL_UNITS, private_data: Vec::new() };
    video(entry, b"av01", data, coded)
}

/// `vp09`.
pub(super) fn vp9(entry: &SampleEntry<'_>) -> Result<Format, BoxError> {
    VpConfig::parse(&entry.expect(b"vpcC", "it has no 'vpcC'")?)?;
    let data = Coded { nal_length_size: NO_NAL_UNITS, private_data: Vec::new() };
    video(entry, b"vp09", data, None)
}

/// `Opus`.
pub(super) fn opus(entry: &SampleEntry<'_>) -> Result<Format, BoxError> {
    let OpusConfig { channels } = OpusConfig::parse(&entry.expect(b"dOps", "it has no 'dOps'")?)?;
    sound(entry, b"Opus", OpusConfig::SAMPLING_RATE, channels, 16)
}

/// `fLaC`.
pub(super) fn flac(entry: &SampleEntry<'_>) -> Result<Format, BoxError> {
    let FlacConfig { sampling_rate, channels, bits_per_sample } =
        FlacConfig::parse(&entry.expect(b"dfLa", "it has no 'dfLa'")?)?;
    sound(entry, b"fLaC", sampling_rate, channels, bits_per_sample)
}

/// A format of which Smooth Streaming's own fields say nothing.
fn sound(
    entry: &SampleEntry<'_>,
    code: &[u8; 4],
    sampling_rate: u32,
    channels: u16,
    bits_per_sample: u16,
) -> Result<Format, BoxError> {
    Ok(Format::Audio(AudioFormat {
        four_cc: four_cc(entry, code)?,
        sampling_rate,
        channels,
        bits_per_sample,
        packet_size: 0,
        audio_tag: 0,
        codec_private_data: Vec::new(),
    }))
}
