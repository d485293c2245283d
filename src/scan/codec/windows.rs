//! VC-1 and Windows Media Audio.

use super::four_cc::four_cc;
use super::video::{Coded, video};
use crate::index::{AudioFormat, Format};
use crate::isobmff::{BoxError, SampleEntry, WaveFormat, ovc1_headers, vc1_headers, vc1_size};

/// `WVC1`, with the sequence header and entry point behind their start codes (`[MS-SSTR]` 2.2.2.5).
pub(super) fn vc1(entry: &SampleEntry<'_>) -> Result<Format, BoxError> {
    // VC-1 has no NAL units, and the manifest's default for their length is 4.
    const NAL_LENGTH_SIZE: u8 = 4;
    let headers = match entry.child(b"dvc1") {
        Ok(Some(dvc1)) => vc1_headers(&dvc1)?,
        _ => ovc1_headers(entry)?,
    };
    let coded = Coded { nal_length_size: NAL_LENGTH_SIZE, private_data: headers.to_vec() };
    video(entry, b"WVC1", coded, vc1_size(headers))
}

/// `WMAP` or another of its family, with what follows its `WAVEFORMATEX`.
pub(super) fn wma(entry: &SampleEntry<'_>) -> Result<Format, BoxError> {
    let wave = WaveFormat::of(entry)?;
    let code = match wave.tag {
        0x160 => b"WMA1",
        0x161 => b"WMA2",
        0x162 => b"WMAP",
        _ => return Err(entry.error("its format tag is not one of Windows Media Audio")),
    };
    Ok(Format::Audio(AudioFormat {
        four_cc: four_cc(entry, code)?,
        sampling_rate: wave.sampling_rate,
        channels: wave.channels,
        bits_per_sample: wave.bits_per_sample,
        packet_size: wave.block_align.into(),
        audio_tag: wave.tag,
        codec_private_data: wave.extra.to_vec(),
    }))
}
