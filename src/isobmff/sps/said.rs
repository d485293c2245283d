//! What the sequence parameter sets of both codecs say.

use crate::isobmff::bits::Bits;

/// A sequence parameter set: what it says of its video.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sps {
    /// Pixels across, as cropped.
    pub width: u32,
    /// Pixels down, as cropped.
    pub height: u32,
    /// Its transfer characteristics (`ISO/IEC 23091-2` 8.2), where it says them.
    pub transfer: Option<u8>,
}

/// How many luma samples a unit of cropping has, across and down, by `chroma_format_idc`.
pub(super) fn chroma_subsampling(chroma_format: u32) -> (u32, u32) {
    match chroma_format {
        1 => (2, 2),
        2 => (2, 1),
        _ => (1, 1),
    }
}

/// `length` without what is cropped at either end, in units of so many samples; `None` if nothing is left.
pub(super) fn cropped(length: u32, unit: u32, ends: (u32, u32)) -> Option<u32> {
    let ends = ends.0.checked_add(ends.1)?.checked_mul(unit)?;
    length.checked_sub(ends).filter(|&length| length > 0)
}

/// The transfer characteristics at the beginning of usability information, which both codecs have in
/// common (`ISO/IEC 14496-10` E.1.1, `ISO/IEC 23008-2` E.2.1).
pub(super) fn transfer(bits: &mut Bits<'_>) -> Option<u8> {
    const EXTENDED_SAR: u32 = 255;
    if bits.flag()? && bits.take(8)? == EXTENDED_SAR {
        bits.skip(32)?;
    }
    if bits.flag()? {
        bits.skip(1)?;
    }
    if !bits.flag()? {
        return None;
    }
    bits.skip(3 + 1)?;
    if !bits.flag()? {
        return None;
    }
    bits.skip(8)?;
    bits.u8(8)
}
