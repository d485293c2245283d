//! H.264 and HEVC.

use super::four_cc::four_cc;
use crate::base::matrix::Matrix;
use crate::index::{Format, VideoFormat};
use crate::isobmff::{AvcC, BoxError, HvcC, Layout, SampleEntry, Sps};

/// `H264`: the parameter sets behind start codes (`[MS-SSTR]` 2.2.2.5).
pub(super) fn avc(entry: &SampleEntry<'_>) -> Result<Format, BoxError> {
    let avcc = AvcC::parse(&entry.expect(b"avcC", "it has no 'avcC'")?)?;
    let sps = avcc.sps.first().and_then(|unit| Sps::avc(unit));
    let private_data = annex_b(entry, &avcc.sps, &avcc.pps)?;
    video(entry, b"H264", Coded { nal_length_size: avcc.nal_length_size, private_data }, size(sps))
}

/// `hev1`, whichever of its two sample entries the file has, and the parameter sets without the
/// video parameter set: so the amendment of `[MS-SSTR]` for HEVC has it (2.2.5), and no client is
/// known that accepts another form.
pub(super) fn hevc(entry: &SampleEntry<'_>) -> Result<Format, BoxError> {
    let hvcc = HvcC::parse(&entry.expect(b"hvcC", "it has no 'hvcC'")?)?;
    let sps = hvcc.sps.first().and_then(|unit| Sps::hevc(unit));
    let private_data = annex_b(entry, &hvcc.sps, &hvcc.pps)?;
    video(entry, b"hev1", Coded { nal_length_size: hvcc.nal_length_size, private_data }, size(sps))
}

fn size(sps: Option<Sps>) -> Option<(u32, u32)> {
    sps.map(|sps| (sps.width, sps.height))
}

/// The coding of video, as a client manifest states it.
pub(super) struct Coded {
    pub(super) nal_length_size: u8,
    pub(super) private_data: Vec<u8>,
}

/// A format whose width and height are those of the sample entry, or where that has none, those of what
/// configures its decoder. Its frame rate is known of the samples alone.
pub(super) fn video(
    entry: &SampleEntry<'_>,
    code: &[u8; 4],
    coded: Coded,
    size: Option<(u32, u32)>,
) -> Result<Format, BoxError> {
    let (width, height) = match entry.layout {
        Layout::Visual { width: 0, .. } | Layout::Visual { height: 0, .. } => {
            size.ok_or(entry.error("it has no width or height, and nothing in it says them"))?
        }
        Layout::Visual { width, height } => (width.into(), height.into()),
        _ => return Err(entry.error("it is video in a track that is not")),
    };
    Ok(Format::Video(VideoFormat {
        four_cc: four_cc(entry, code)?,
        width,
        height,
        codec_private_data: coded.private_data,
        nal_length_size: coded.nal_length_size,
        frame_rate: None,
        matrix: Matrix::IDENTITY,
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
