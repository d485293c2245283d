//! AAC and HE-AAC.

use super::four_cc;
use crate::index::{AudioFormat, Format};
use crate::isobmff::{AudioSpecificConfig, BoxError, Esds, Layout, SampleEntry};

/// `WAVE_FORMAT_RAW_AAC1`.
const AUDIO_TAG: u16 = 255;

/// `AACL` or `AACH`, with the `AudioSpecificConfig` (`[MS-SSTR]` 2.2.2.5).
///
/// Where AAC-LC's configuration goes on with an extension, whose sampling rate would contradict the
/// manifest's, it is cut: decoders find the extension in the samples.
pub(super) fn aac(entry: &SampleEntry<'_>) -> Result<Format, BoxError> {
    let esds = Esds::parse(&entry.expect(b"esds", "it has no 'esds'")?)?;
    if !matches!(esds.object_type, 0x40 | 0x66..=0x68) {
        return Err(entry.error("its MPEG-4 object type is not AAC"));
    }
    let info = esds.specific_info;
    let malformed = entry.error("its AudioSpecificConfig is malformed");
    let config = AudioSpecificConfig::parse(info).ok_or(malformed.clone())?;
    let core = info.get(..config.core_len).ok_or(malformed)?;
    let (code, private_data) = match (config.object_type, config.channels) {
        (2, Some(_)) => (b"AACL", core),
        // Channels that no table has are defined behind the core.
        (2, None) => (b"AACL", info),
        (5 | 29, _) => (b"AACH", info),
        _ => return Err(entry.error("it is AAC of an unknown profile")),
    };
    let Layout::Audio { channels, .. } = entry.layout else {
        return Err(entry.error("it is sound in a track that is not"));
    };
    Ok(Format::Audio(AudioFormat {
        four_cc: four_cc(entry, code)?,
        sampling_rate: config.sampling_rate,
        channels: config.channels.unwrap_or(channels),
        bits_per_sample: 16,
        packet_size: 4,
        audio_tag: AUDIO_TAG,
        codec_private_data: private_data.to_vec(),
    }))
}
