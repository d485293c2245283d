//! Boxes, written.

/// Bytes of a number of 32 bits.
pub(super) const WORD: usize = 4;

/// Bytes before a box's payload: size and type.
pub(super) const HEADER: usize = 2 * WORD;

/// Bytes before the fields of a box that has a version and flags.
pub(super) const FULL_HEADER: usize = HEADER + WORD;

/// A box with this payload; `None` if its size does not fit 32 bits.
pub fn boxed(code: &[u8; 4], payload: &[u8]) -> Option<Vec<u8>> {
    let size = u32::try_from(payload.len().checked_add(8)?).ok()?;
    Some([&size.to_be_bytes(), &code[..], payload].concat())
}

/// A box of other boxes.
pub(super) fn container<const N: usize>(
    code: &[u8; 4],
    children: [Option<Vec<u8>>; N],
) -> Option<Vec<u8>> {
    boxed(code, &children.into_iter().collect::<Option<Vec<_>>>()?.concat())
}

/// A box of a version, flags, and fields that all have 32 bits (`ISO/IEC 14496-12` 4.2).
pub(super) fn full_box(code: &[u8; 4], version_and_flags: u32, fields: &[u32]) -> Option<Vec<u8>> {
    full_box_with(code, version_and_flags, fields, &[])
}

/// A box of a version, flags, fields of 32 bits, and bytes behind them.
pub(super) fn full_box_with(
    code: &[u8; 4],
    version_and_flags: u32,
    fields: &[u32],
    rest: &[u8],
) -> Option<Vec<u8>> {
    boxed(code, &[&words(&[version_and_flags])[..], &words(fields), rest].concat())
}

/// Numbers of 32 bits, the highest byte first.
pub(super) fn words(words: &[u32]) -> Vec<u8> {
    words.iter().copied().flat_map(u32::to_be_bytes).collect()
}
