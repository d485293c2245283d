//! AAC and HE-AAC.

use super::four_cc::four_cc;
use crate::index::{AudioFormat, Format};
use crate::isobmff::{AudioSpecificConfig, BoxError, Esds, SampleEntry};

/// `WAVE_FORMAT_RAW_AAC1`.
const AUDIO_TAG: u16 = 255;

/// `AACL` or `AACH`, with the `AudioSpecificConfig` (`[MS-SSTR]` 2.2.2.5).
///
/// Where AAC-LC's configuration goes on with an extension, whose sampling rate would contradict the
/// manifest's, it is cut: decoders find the extension in the samples.
pub(super) fn aac(entry: &SampleEntry<'_>) -> Result<Format, BoxError> {
    let esds = Esds::parse(&entry.expect(b"esds", "it has no 'esds'")?)?;
    if Esds::MP3.contains(&esds.object_type) {
        return Err(entry.error("it is MP3, which no browser plays in MP4"));
    }
    if esds.object_type != Esds::MPEG_4_AUDIO && !Esds::MPEG_2_AAC.contains(&esds.object_type) {
        return Err(entry.error("its MPEG-4 object type is not AAC"));
    }
    let info = esds.specific_info;
    let malformed = entry.error("its AudioSpecificConfig is malformed");
    let config = AudioSpecificConfig::parse(info).ok_or(malformed.clone())?;
    let core = info.get(..config.core_len).ok_or(malformed.clone())?;
    let (code, private_data) = match config.object_type {
        2 => (b"AACL", core),
        5 | 29 => (b"AACH", info),
        _ => return Err(entry.error("it is AAC of an unknown profile")),
    };
    Ok(Format::Audio(AudioFormat {
        four_cc: four_cc(entry, code)?,
        sampling_rate: config.sampling_rate,
        channels: config.channels.ok_or(malformed)?,
        bits_per_sample: 16,
        packet_size: 4,
        audio_tag: AUDIO_TAG,
        codec_private_data: private_data.to_vec(),
    }))
}
