//! The sequence parameter set of H.264.

use super::said::{Sps, chroma_subsampling, cropped, transfer};
use crate::isobmff::bits::Bits;

/// The largest size in macroblocks across or down that any level has room for, and more.
const MAX_MACROBLOCKS: u32 = 1 << 16;

/// Reads one from `profile_idc` on (`ISO/IEC 14496-10` 7.3.2.1.1).
pub(super) fn read(bits: &mut Bits<'_>) -> Option<Sps> {
    let profile = bits.take(8)?;
    bits.skip(16)?;
    bits.golomb()?;
    let chroma = match profile {
        44 | 83 | 86 | 100 | 110 | 118 | 122 | 128 | 134 | 135 | 138 | 139 | 244 => chroma(bits)?,
        _ => chroma_subsampling(1),
    };
    bits.golomb()?;
    picture_order(bits)?;
    bits.golomb()?;
    bits.skip(1)?;
    let mut macroblocks =
        || bits.golomb().filter(|&count| count < MAX_MACROBLOCKS).map(|it| it + 1);
    let (across, down) = (macroblocks()?, macroblocks()?);
    // Fields are half as high as frames.
    let fields = if bits.flag()? { 1 } else { 2 };
    if fields == 2 {
        bits.skip(1)?;
    }
    bits.skip(1)?;
    let (mut sides, mut ends) = ((0, 0), (0, 0));
    if bits.flag()? {
        sides = (bits.golomb()?, bits.golomb()?);
        ends = (bits.golomb()?, bits.golomb()?);
    }
    Some(Sps {
        width: cropped(across * 16, chroma.0, sides)?,
        height: cropped(down * 16 * fields, chroma.1 * fields, ends)?,
        transfer: bits.flag().filter(|&has_vui| has_vui).and_then(|_| transfer(bits)),
    })
}

/// Passes over what high profiles say of chroma and of scaling, and gives the subsampling.
fn chroma(bits: &mut Bits<'_>) -> Option<(u32, u32)> {
    const FULL: u32 = 3;
    let format = bits.golomb()?;
    let is_separate = format == FULL && bits.flag()?;
    bits.golomb()?;
    bits.golomb()?;
    bits.skip(1)?;
    if bits.flag()? {
        for list in 0..if format == FULL { 12 } else { 8 } {
            if bits.flag()? {
                scaling_list(bits, if list < 6 { 16 } else { 64 })?;
            }
        }
    }
    Some(chroma_subsampling(if is_separate { 0 } else { format }))
}

/// Passes over a list of `len` scales, each the difference from the one before it; it ends early where
/// one is zero (`ISO/IEC 14496-10` 7.3.2.1.1.1).
fn scaling_list(bits: &mut Bits<'_>, len: u32) -> Option<()> {
    let mut last = 8i64;
    for _ in 0..len {
        let coded = i64::from(bits.golomb()?);
        let difference = if coded % 2 == 0 { -(coded / 2) } else { coded / 2 + 1 };
        last = (last + difference).rem_euclid(256);
        if last == 0 {
            break;
        }
    }
    Some(())
}

/// Passes over how the order of frames is stated.
fn picture_order(bits: &mut Bits<'_>) -> Option<()> {
    match bits.golomb()? {
        0 => bits.golomb().map(|_| ()),
        1 => {
            bits.skip(1)?;
            bits.golomb()?;
            bits.golomb()?;
            for _ in 0..bits.golomb()? {
                bits.golomb()?;
            }
            Some(())
        }
        _ => Some(()),
    }
}
