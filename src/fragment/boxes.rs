//! Boxes under way to a client.

/// A box with this payload; `None` if its size does not fit 32 bits.
pub(super) fn boxed(code: &[u8; 4], payload: &[u8]) -> Option<Vec<u8>> {
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
    let words = [version_and_flags].into_iter().chain(fields.iter().copied());
    boxed(code, &words.flat_map(u32::to_be_bytes).collect::<Vec<_>>())
}
