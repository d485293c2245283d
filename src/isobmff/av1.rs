//! The decoder configuration of AV1.

use super::bits::Bits;
use super::{BoxError, BoxRef};

/// An `av1C` (AV1 in ISOBMFF, 2.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Av1Config {
    /// `seq_profile`.
    pub profile: u8,
    /// `seq_level_idx` of the first operating point.
    pub level: u8,
    /// Whether that is of the high tier.
    pub is_high_tier: bool,
    /// Bits of a sample.
    pub bit_depth: u8,
    /// Whether there is no chroma.
    pub is_monochrome: bool,
    /// `chroma_subsampling_x`, `chroma_subsampling_y` and `chroma_sample_position`.
    pub chroma: [u8; 3],
    /// The first sequence header in it, if there is one that can be read.
    pub sequence: Option<Av1Sequence>,
}

/// A sequence header (AV1, 5.5).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Av1Sequence {
    /// The most pixels that a frame has across.
    pub width: u32,
    /// The most that it has down.
    pub height: u32,
    /// Its colours, where it says them.
    pub colour: Option<Colour>,
}

/// Colours as `ISO/IEC 23091-2` numbers them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Colour {
    /// `ColourPrimaries` (8.1).
    pub primaries: u8,
    /// `TransferCharacteristics` (8.2).
    pub transfer: u8,
    /// `MatrixCoefficients` (8.3).
    pub matrix: u8,
    /// `VideoFullRangeFlag` (8.3).
    pub is_full_range: bool,
}

impl Av1Config {
    /// Reads an `av1C`.
    pub fn parse(av1c: &BoxRef<'_>) -> Result<Self, BoxError> {
        const MARKER_AND_VERSION: u8 = 0x81;
        let mut fields = av1c.fields();
        if fields.u8()? != MARKER_AND_VERSION {
            return Err(av1c.error("it is of an unknown version"));
        }
        let [level, coding] = fields.array()?;
        fields.skip(1)?;
        let bit = |at: u8| (coding >> at) & 1;
        Ok(Self {
            profile: level >> 5,
            level: level & 0x1f,
            is_high_tier: bit(7) != 0,
            bit_depth: 8 + 2 * (bit(6) + bit(5)),
            is_monochrome: bit(4) != 0,
            chroma: [bit(3), bit(2), coding & 3],
            sequence: sequence_header(fields.rest()).and_then(Av1Sequence::read),
        })
    }
}

/// The first sequence header among these OBUs (AV1, 5.3).
fn sequence_header(mut obus: &[u8]) -> Option<&[u8]> {
    const SEQUENCE_HEADER: u8 = 1;
    loop {
        let (&header, rest) = obus.split_first()?;
        let rest = rest.get(if header & 4 != 0 { 1 } else { 0 }..)?;
        let (len, rest) = if header & 2 != 0 { leb128(rest)? } else { (rest.len(), rest) };
        let (payload, rest) = rest.split_at_checked(len)?;
        if (header >> 3) & 0xf == SEQUENCE_HEADER {
            return Some(payload);
        }
        obus = rest;
    }
}

/// A number of seven bits a byte, the least significant first, and what follows it (AV1, 4.10.5).
fn leb128(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let last = bytes.iter().take(4).position(|byte| byte & 0x80 == 0)?;
    let (number, rest) = bytes.split_at_checked(last + 1)?;
    let number = number.iter().rev().fold(0, |all, byte| (all << 7) | usize::from(byte & 0x7f));
    Some((number, rest))
}

impl Av1Sequence {
    fn read(header: &[u8]) -> Option<Self> {
        let bits = &mut Bits::new(header);
        let profile = bits.take(3)?;
        bits.skip(1)?;
        let is_reduced = bits.flag()?;
        if is_reduced {
            bits.skip(5)?;
        } else {
            operating_points(bits)?;
        }
        let (width_bits, height_bits) = (bits.take(4)? + 1, bits.take(4)? + 1);
        let mut size = |bits_of: u32| Some(bits.take(usize::try_from(bits_of).ok()?)? + 1);
        let (width, height) = (size(width_bits)?, size(height_bits)?);
        Some(Self { width, height, colour: colour(bits, profile, is_reduced) })
    }
}

/// Passes over timing and operating points.
fn operating_points(bits: &mut Bits<'_>) -> Option<()> {
    let mut delay_bits = None;
    if bits.flag()? {
        bits.skip(64)?;
        if bits.flag()? {
            bits.golomb()?;
        }
        if bits.flag()? {
            delay_bits = Some(bits.take(5)? + 1);
            bits.skip(32 + 5 + 5)?;
        }
    }
    let has_display_delays = bits.flag()?;
    for _ in 0..=bits.take(5)? {
        bits.skip(12)?;
        let level = bits.take(5)?;
        bits.skip(if level > 7 { 1 } else { 0 })?;
        if let Some(delay_bits) = delay_bits
            && bits.flag()?
        {
            bits.skip(usize::try_from(2 * delay_bits + 1).ok()?)?;
        }
        if has_display_delays && bits.flag()? {
            bits.skip(4)?;
        }
    }
    Some(())
}

/// The colours, behind which tools of coding are used.
fn colour(bits: &mut Bits<'_>, profile: u32, is_reduced: bool) -> Option<Colour> {
    const SRGB: (u8, u8, u8) = (1, 13, 0);
    if !is_reduced && bits.flag()? {
        bits.skip(4 + 3)?;
    }
    bits.skip(3)?;
    if !is_reduced {
        bits.skip(4)?;
        let has_order = bits.flag()?;
        bits.skip(if has_order { 2 } else { 0 })?;
        // Whether screen content is to be expected, and if so, whether motion is of whole pixels.
        let screen_content = bits.flag()? || bits.flag()?;
        if screen_content && !bits.flag()? {
            bits.skip(1)?;
        }
        bits.skip(if has_order { 3 } else { 0 })?;
    }
    bits.skip(3)?;
    let is_deep = bits.flag()?;
    if profile == 2 && is_deep {
        bits.skip(1)?;
    }
    let is_monochrome = profile != 1 && bits.flag()?;
    if !bits.flag()? {
        return None;
    }
    let (primaries, transfer, matrix) = (bits.u8(8)?, bits.u8(8)?, bits.u8(8)?);
    let is_srgb = !is_monochrome && (primaries, transfer, matrix) == SRGB;
    let is_full_range = is_srgb || bits.flag()?;
    Some(Colour { primaries, transfer, matrix, is_full_range })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{boxed, from_bits};

    fn config(payload: &[u8]) -> Result<Av1Config, BoxError> {
        Av1Config::parse(&BoxRef::whole(&boxed(b"av1C", payload), 0).unwrap())
    }

    #[test]
    fn configurations_as_libaom_writes_them() {
        let eight =
            [0x81, 0, 0x0c, 0, 0x0a, 0x0b, 0, 0, 0, 0x04, 0x3c, 0xfe, 0xcc, 0xda, 0xf9, 0x20, 0x40];
        let sequence = Av1Sequence { width: 320, height: 180, colour: None };
        let expected = Av1Config {
            profile: 0,
            level: 0,
            is_high_tier: false,
            bit_depth: 8,
            is_monochrome: false,
            chroma: [1, 1, 0],
            sequence: Some(sequence),
        };
        assert_eq!(config(&eight), Ok(expected));
        let pq = [
            0x81, 0, 0x4c, 0, 0x0a, 0x0e, 0, 0, 0, 0x04, 0x3d, 0x06, 0xd4, 0xda, 0xf9, 0x50, 0x91,
            0, 0x90, 0x40,
        ];
        let colour = Colour { primaries: 9, transfer: 16, matrix: 9, is_full_range: false };
        let sequence = Av1Sequence { width: 322, height: 182, colour: Some(colour) };
        let expected = Av1Config { bit_depth: 10, sequence: Some(sequence), ..expected };
        assert_eq!(config(&pq), Ok(expected));
        let full_chroma =
            [0x81, 0x20, 0, 0, 0x0a, 0x0a, 0x20, 0, 0, 0, 0x04, 0x3d, 0x06, 0xd4, 0xda, 0xf9, 2];
        let found = config(&full_chroma).unwrap();
        assert_eq!((found.profile, found.chroma), (1, [0, 0, 0]));
    }

    /// A sequence header with timing, a model of the decoder and two operating points, behind a
    /// delimiter.
    #[test]
    fn what_encoders_seldom_write_is_passed_over() {
        let timing = format!("1{}1{}", "0".repeat(64), "00101");
        let model = format!("1{:05b}{}", 9, "0".repeat(42));
        let point = format!("{}{:05b}1", "0".repeat(12), 9);
        let points = format!("100001{}", format!("{point}1{}11010", "0".repeat(21)).repeat(2));
        let size = format!("{:04b}{:04b}{:05b}{:04b}", 4, 3, 19, 9);
        let tools = "1".to_owned()
            + &"0".repeat(7)
            + "000"
            + "0000"
            + "1"
            + "00"
            + "0"
            + "1"
            + "0"
            + "1"
            + "111"
            + "000";
        let colour = format!("001{:08b}{:08b}{:08b}1", 9, 18, 9);
        let bits = ["00000".to_owned(), timing, model, points, size, tools, colour].concat();
        let header = from_bits(&bits);
        let obus = [&[0x12, 0, 0x0e, 0, u8::try_from(header.len()).unwrap()][..], &header].concat();
        let found = config(&[&[0x81, 0, 0x0c, 0][..], &obus].concat()).unwrap().sequence;
        let colour = Colour { primaries: 9, transfer: 18, matrix: 9, is_full_range: true };
        assert_eq!(found, Some(Av1Sequence { width: 20, height: 10, colour: Some(colour) }));
    }

    #[test]
    fn what_cannot_be_read_is_not_said() {
        assert_eq!(config(&[0x80, 0, 0, 0]).unwrap_err().problem, "it is of an unknown version");
        assert_eq!(config(&[0x81, 0, 0]).unwrap_err().problem, "it ends within a field");
        assert_eq!(config(&[0x81, 0, 0x0c, 0]).unwrap().sequence, None);
        assert_eq!(config(&[0x81, 0, 0x0c, 0, 0x0a, 0xff, 0xff]).unwrap().sequence, None);
        assert_eq!(config(&[0x81, 0, 0x0c, 0, 0x0a, 2, 0, 0]).unwrap().sequence, None);
    }
}
