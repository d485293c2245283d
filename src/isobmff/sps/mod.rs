//! Sequence parameter sets: how large coded video is shown, and which light its samples stand for.

mod avc;
mod hevc;

use super::bits::Bits;

/// What a sequence parameter set says of the video that it is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sps {
    /// Pixels across, as cropped.
    pub width: u32,
    /// Pixels down, as cropped.
    pub height: u32,
    /// Its transfer characteristics (`ISO/IEC 23091-2` 8.2), where it says them.
    pub transfer: Option<u8>,
}

impl Sps {
    /// Reads one of H.264 (`ISO/IEC 14496-10` 7.3.2.1), NAL unit header included; `None` if it cannot
    /// be read.
    pub fn avc(unit: &[u8]) -> Option<Self> {
        avc::read(&mut Bits::new(&payload(unit.get(1..)?)))
    }

    /// Reads one of HEVC (`ISO/IEC 23008-2` 7.3.2.2), NAL unit header included; `None` if it cannot be
    /// read.
    pub fn hevc(unit: &[u8]) -> Option<Self> {
        hevc::read(&mut Bits::new(&payload(unit.get(2..)?)))
    }
}

/// The bytes of a NAL unit without those that keep it from looking like a start code: a 3 behind two
/// zeros.
fn payload(unit: &[u8]) -> Vec<u8> {
    let mut zeros = 0;
    let is_kept = |&byte: &u8| {
        let is_kept = !(zeros >= 2 && byte == 3);
        zeros = if byte == 0 { zeros + 1 } else { 0 };
        is_kept
    };
    unit.iter().copied().filter(is_kept).collect()
}

/// How many luma samples a unit of cropping has, across and down, by `chroma_format_idc`.
fn chroma_subsampling(chroma_format: u32) -> (u32, u32) {
    match chroma_format {
        1 => (2, 2),
        2 => (2, 1),
        _ => (1, 1),
    }
}

/// `length` without what is cropped at either end, in units of so many samples; `None` if nothing is left.
fn cropped(length: u32, unit: u32, ends: (u32, u32)) -> Option<u32> {
    let ends = ends.0.checked_add(ends.1)?.checked_mul(unit)?;
    length.checked_sub(ends).filter(|&length| length > 0)
}

/// The transfer characteristics at the beginning of usability information, which both codecs have in
/// common (`ISO/IEC 14496-10` E.1.1, `ISO/IEC 23008-2` E.2.1).
fn transfer(bits: &mut Bits<'_>) -> Option<u8> {
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

#[cfg(test)]
mod tests;
