//! Text in other codings than UTF-8, as old files have it.

/// What the bytes 0x80 to 0x9f of Windows-1252 are; U+FFFD stands for the five that it does not have.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{fffd}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{fffd}', 'Ž',
    '\u{fffd}', '\u{fffd}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{fffd}',
    'ž', 'Ÿ',
];

/// The text of `bytes` in UTF-16, behind a byte order mark, of the order that it says; `None` if they do not begin with one, or
/// are no UTF-16.
pub fn marked_utf16(bytes: &[u8]) -> Option<String> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => None,
    }
}

/// The text of `bytes` in UTF-16, whose units `unit` makes of two bytes each; `None` if they are none.
pub fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (units, odd) = bytes.as_chunks();
    let characters = char::decode_utf16(units.iter().map(|&bytes| unit(bytes)));
    characters.collect::<Result<_, _>>().ok().filter(|_| odd.is_empty())
}

/// The text of `bytes` in Windows-1252, in which ISO 8859-1 is printed alike; `None` if they have a byte that it does not.
pub fn windows_1252(bytes: &[u8]) -> Option<String> {
    let character = |&byte: &u8| {
        let high = byte.checked_sub(0x80).and_then(|at| WINDOWS_1252.get(usize::from(at)));
        Some(high.copied().unwrap_or(char::from(byte))).filter(|&it| it != '\u{fffd}')
    };
    bytes.iter().map(character).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_what_they_are_in_windows_1252() {
        let text = windows_1252(b"caf\xe9 \x80\x85\x93\x94\x9f\xa0\xff").unwrap();
        assert_eq!(text, "café €…“”Ÿ\u{a0}ÿ");
        for byte in [0x81, 0x8d, 0x8f, 0x90, 0x9d] {
            assert_eq!(windows_1252(&[b'a', byte]), None, "{byte:#x}");
        }
    }

    #[test]
    fn a_mark_says_the_order_of_utf_16() {
        assert_eq!(marked_utf16(b"\xff\xfea\0\xe9\0").as_deref(), Some("aé"));
        assert_eq!(marked_utf16(b"\xfe\xff\0a\xd8\x34\xdd\x1e").as_deref(), Some("a𝄞"));
        for none in [&b"a\0"[..], b"\xff\xfea", b"\xff\xfe\0\xd8", b"\xff"] {
            assert_eq!(marked_utf16(none), None, "{none:?}");
        }
    }
}
