//! What lies behind the last box of a file and is none: padding, or what is left of a box that was cut off.

use super::window::{Stop, Window};
use crate::base::range::ByteRange;

/// The most bytes that are looked at to tell whether there is a part of a fragment in them.
const MAX_JUNK_LENGTH: u64 = 1 << 20;

/// All from `at` to the end of the file, where no box is, if no fragment can have been there: it lies behind a table, or is the
/// beginning of one or of padding.
pub(super) fn junk(
    window: &Window,
    at: u64,
    is_behind_table: bool,
) -> Result<Option<ByteRange>, Stop> {
    let rest = ByteRange::new(at, window.size()).filter(|rest| rest.length() <= MAX_JUNK_LENGTH);
    let Some(rest) = rest else { return Ok(None) };
    let bytes = window.bytes(rest)?;
    let is_spare = matches!(bytes.get(4..8), Some(b"mfra" | b"free" | b"skip"));
    let is_media = |code: &[u8]| matches!(code, b"moof" | b"mdat" | b"moov");
    let is_junk = (is_behind_table || is_spare) && !bytes.windows(4).any(is_media);
    Ok(Some(rest).filter(|_| is_junk))
}
