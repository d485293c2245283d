//! Unsigned integers of one to ten bytes: LEB128, seven bits a byte, least significant first.

/// The longest encoding: 64 bits in groups of seven.
const MAX_LEN: usize = 10;

/// Appends `value`.
pub fn encode(mut value: u64, out: &mut Vec<u8>) {
    loop {
        let [low, ..] = value.to_le_bytes();
        value >>= 7;
        if value == 0 {
            out.push(low & 0x7f);
            return;
        }
        out.push(low | 0x80);
    }
}

/// The value that `bytes` begin with and how many bytes it takes;
/// `None` if they end within it, or it does not fit 64 bits.
pub fn decode(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0u64;
    for (place, &byte) in bytes.iter().take(MAX_LEN).enumerate() {
        let group = u64::from(byte & 0x7f);
        let shift = 7 * u32::try_from(place).ok()?;
        let shifted = group.checked_shl(shift)?;
        if shifted >> shift != group {
            return None;
        }
        value |= shifted;
        if byte & 0x80 == 0 {
            return Some((value, place + 1));
        }
    }
    None
}

/// A signed number as an unsigned one, small if it is near zero.
pub fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}

/// The number that [`zigzag`] was given.
pub fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn small_numbers_of_either_sign_are_small() {
        for (signed, unsigned) in
            [(0, 0), (-1, 1), (1, 2), (i64::MAX, u64::MAX - 1), (i64::MIN, u64::MAX)]
        {
            assert_eq!((zigzag(signed), unzigzag(unsigned)), (unsigned, signed));
        }
    }

    #[test]
    fn known_encodings() {
        for (value, bytes) in [
            (0, &[0x00][..]),
            (127, &[0x7f]),
            (128, &[0x80, 0x01]),
            (300, &[0xac, 0x02]),
            (u64::MAX, &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]),
        ] {
            let mut out = Vec::new();
            encode(value, &mut out);
            assert_eq!(out, bytes);
            assert_eq!(decode(bytes), Some((value, bytes.len())));
        }
    }

    #[test]
    fn refuses_the_unfinished_and_the_overlong() {
        assert_eq!(decode(&[]), None);
        assert_eq!(decode(&[0x80]), None);
        assert_eq!(decode(&[0xff; 11]), None);
        assert_eq!(decode(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02]), None);
    }

    proptest! {
        #[test]
        fn round_trips(value: u64, tail: Vec<u8>) {
            let mut out = Vec::new();
            encode(value, &mut out);
            let len = out.len();
            out.extend(tail);
            prop_assert_eq!(decode(&out), Some((value, len)));
        }
    }
}
