//! The sequence parameter set of HEVC.

use super::said::{Sps, chroma_subsampling, cropped, transfer};
use crate::isobmff::bits::Bits;

/// The most reference picture sets that one may have, and the most pictures in each.
const MAX_SETS: u32 = 64;
const MAX_REFERENCES: u32 = 16;

/// Reads one from `sps_video_parameter_set_id` on (`ISO/IEC 23008-2` 7.3.2.2.1).
pub(super) fn read(bits: &mut Bits<'_>) -> Option<Sps> {
    const FULL: u32 = 3;
    bits.skip(4)?;
    let sub_layers = bits.take(3)?;
    bits.skip(1)?;
    profile(bits, sub_layers)?;
    bits.golomb()?;
    let format = bits.golomb()?;
    let is_separate = format == FULL && bits.flag()?;
    let chroma = chroma_subsampling(if is_separate { 0 } else { format });
    let (width, height) = (bits.golomb()?, bits.golomb()?);
    let (mut sides, mut ends) = ((0, 0), (0, 0));
    if bits.flag()? {
        sides = (bits.golomb()?, bits.golomb()?);
        ends = (bits.golomb()?, bits.golomb()?);
    }
    Some(Sps {
        width: cropped(width, chroma.0, sides)?,
        height: cropped(height, chroma.1, ends)?,
        transfer: usability(bits, sub_layers),
    })
}

/// Passes over profile, tier and level, of sub-layers too (`ISO/IEC 23008-2` 7.3.3).
fn profile(bits: &mut Bits<'_>, sub_layers: u32) -> Option<()> {
    const PROFILE: usize = 88;
    const LEVEL: usize = 8;
    bits.skip(PROFILE + LEVEL)?;
    let mut said = Vec::new();
    for _ in 0..sub_layers {
        said.push((bits.flag()?, bits.flag()?));
    }
    if sub_layers > 0 {
        // There is room for eight.
        bits.skip(2 * usize::try_from(8 - sub_layers).ok()?)?;
    }
    for (has_profile, has_level) in said {
        bits.skip(if has_profile { PROFILE } else { 0 })?;
        bits.skip(if has_level { LEVEL } else { 0 })?;
    }
    Some(())
}

/// The transfer characteristics, behind all that comes between them and the size.
fn usability(bits: &mut Bits<'_>, sub_layers: u32) -> Option<u8> {
    bits.golomb()?;
    bits.golomb()?;
    let order_bits = usize::try_from(bits.golomb()?.checked_add(4)?).ok()?;
    let ordered = if bits.flag()? { sub_layers + 1 } else { 1 };
    for _ in 0..3 * ordered {
        bits.golomb()?;
    }
    for _ in 0..6 {
        bits.golomb()?;
    }
    if bits.flag()? && bits.flag()? {
        scaling_lists(bits)?;
    }
    bits.skip(2)?;
    if bits.flag()? {
        bits.skip(8)?;
        bits.golomb()?;
        bits.golomb()?;
        bits.skip(1)?;
    }
    reference_sets(bits)?;
    if bits.flag()? {
        for _ in 0..bits.golomb()? {
            bits.skip(order_bits + 1)?;
        }
    }
    bits.skip(2)?;
    if !bits.flag()? {
        return None;
    }
    transfer(bits)
}

/// Passes over scaling lists (`ISO/IEC 23008-2` 7.3.4).
fn scaling_lists(bits: &mut Bits<'_>) -> Option<()> {
    for size in 0..4 {
        let (lists, len) = if size == 3 { (2, 64) } else { (6, if size == 0 { 16 } else { 64 }) };
        for _ in 0..lists {
            if !bits.flag()? {
                bits.golomb()?;
                continue;
            }
            if size > 1 {
                bits.golomb()?;
            }
            for _ in 0..len {
                bits.golomb()?;
            }
        }
    }
    Some(())
}

/// Passes over the sets of short-term reference pictures (`ISO/IEC 23008-2` 7.3.7). One may be written by
/// reference to the one before it, of whose pictures it keeps some, and perhaps has one more.
fn reference_sets(bits: &mut Bits<'_>) -> Option<()> {
    let sets = bits.golomb().filter(|&sets| sets <= MAX_SETS)?;
    let mut pictures = 0;
    for set in 0..sets {
        pictures = match set > 0 && bits.flag()? {
            true => {
                bits.skip(1)?;
                bits.golomb()?;
                let mut kept = 0;
                for _ in 0..=pictures {
                    let is_used = bits.flag()?;
                    if is_used || bits.flag()? {
                        kept += 1;
                    }
                }
                kept
            }
            false => {
                let (before, behind) = (bits.golomb()?, bits.golomb()?);
                let pictures = before.checked_add(behind)?;
                if pictures > MAX_REFERENCES {
                    return None;
                }
                for _ in 0..pictures {
                    bits.golomb()?;
                    bits.skip(1)?;
                }
                pictures
            }
        };
    }
    Some(())
}
