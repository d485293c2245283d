//! Numbers of a path.

use super::RequestError;

/// Digits and nothing else: `u64::from_str` also takes a sign.
pub(super) fn decimal(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// A bitrate in decimal.
pub(super) fn bitrate_of(text: &str) -> Result<u32, RequestError> {
    decimal(text)
        .and_then(|bitrate| u32::try_from(bitrate).ok())
        .ok_or(RequestError::Grammar("the bitrate is not a decimal number below 2^32"))
}
