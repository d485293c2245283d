//! Boxes of any kind, and bytes written out as digits.

/// A box with a 32-bit size.
pub(crate) fn boxed(code: &[u8; 4], payload: &[u8]) -> Vec<u8> {
    let size = u32::try_from(payload.len() + 8).unwrap();
    [&size.to_be_bytes(), &code[..], payload].concat()
}

/// A box with a 64-bit size.
pub(crate) fn long_boxed(code: &[u8; 4], payload: &[u8]) -> Vec<u8> {
    let size = u64::try_from(payload.len() + 16).unwrap();
    [&1u32.to_be_bytes(), &code[..], &size.to_be_bytes(), payload].concat()
}

pub(crate) fn uuid_boxed(uuid: [u8; 16], payload: &[u8]) -> Vec<u8> {
    boxed(b"uuid", &[&uuid[..], payload].concat())
}

pub(crate) fn full_boxed(code: &[u8; 4], version: u8, flags: u32, payload: &[u8]) -> Vec<u8> {
    let word = u32::from(version) << 24 | flags;
    boxed(code, &[&word.to_be_bytes(), payload].concat())
}

/// The bytes of hexadecimal digits.
pub(crate) fn from_hex(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

/// The bytes of binary digits, the last one filled with zeros.
pub(crate) fn from_bits(digits: &str) -> Vec<u8> {
    let padded = format!("{digits}{}", "0".repeat(digits.len().next_multiple_of(8) - digits.len()));
    let bytes = padded.as_bytes().chunks(8).map(|byte| std::str::from_utf8(byte).unwrap());
    bytes.map(|byte| u8::from_str_radix(byte, 2).unwrap()).collect()
}

/// Numbers of 32 bits, the highest byte first.
pub(super) fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}
