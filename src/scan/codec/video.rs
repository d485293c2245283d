//! H.264 and HEVC.

use super::four_cc;
use crate::index::{Format, VideoFormat};
use crate::isobmff::{AvcC, BoxError, HvcC, Layout, SampleEntry};

/// `H264`: the parameter sets behind start codes (`[MS-SSTR]` 2.2.2.5).
pub(super) fn avc(entry: &SampleEntry<'_>) -> Result<Format, BoxError> {
    let avcc = AvcC::parse(&entry.expect(b"avcC", "it has no 'avcC'")?)?;
    video(entry, b"H264", avcc.nal_length_size, annex_b(entry, &avcc.sps, &avcc.pps)?)
}

/// `hev1`, whichever of its two sample entries the file has, and the parameter sets without the
/// video parameter set: so the amendment of `[MS-SSTR]` for HEVC has it (2.2.5), and no client is
/// known that accepts another form.
pub(super) fn hevc(entry: &SampleEntry<'_>) -> Result<Format, BoxError> {
    let hvcc = HvcC::parse(&entry.expect(b"hvcC", "it has no 'hvcC'")?)?;
    video(entry, b"hev1", hvcc.nal_length_size, annex_b(entry, &hvcc.sps, &hvcc.pps)?)
}

/// Its frame rate is known of the samples alone.
pub(super) fn video(
    entry: &SampleEntry<'_>,
    code: &[u8; 4],
    nal_length_size: u8,
    codec_private_data: Vec<u8>,
) -> Result<Format, BoxError> {
    let Layout::Visual { width, height } = entry.layout else {
        return Err(entry.error("it is video in a track that is not"));
    };
    Ok(Format::Video(VideoFormat {
        four_cc: four_cc(entry, code)?,
        width: width.into(),
        height: height.into(),
        codec_private_data,
        nal_length_size,
        frame_rate: None,
    }))
}

/// All parameter sets, each behind a start code. Players take them from the manifest alone, so
/// that a track without any cannot be played.
fn annex_b(entry: &SampleEntry<'_>, sps: &[&[u8]], pps: &[&[u8]]) -> Result<Vec<u8>, BoxError> {
    if sps.is_empty() || pps.is_empty() {
        return Err(entry.error("it holds no parameter sets"));
    }
    Ok(sps.iter().chain(pps).flat_map(|unit| [&[0, 0, 0, 1], *unit].concat()).collect())
}
