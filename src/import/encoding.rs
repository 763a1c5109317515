//! The two encodings besides UTF-8 that exports come in. A library for all of them would carry its East Asian tables into every
//! wasm binary, a third of a megabyte of download for files that no venue writes.

/// Windows-1252 from 0x80 to 0x9F; the five bytes that it leaves open are control characters, as browsers read them
/// (WHATWG Encoding Standard, index windows-1252).
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–',
    '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Text of Windows-1252 bytes; every byte is a character.
pub fn windows_1252(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| WINDOWS_1252.get(usize::from(*byte).wrapping_sub(0x80)).copied().unwrap_or(char::from(*byte))).collect()
}

/// Name and text of bytes that start with a UTF-16 byte order mark; no text if they are damaged.
pub fn utf_16(bytes: &[u8]) -> Option<(&'static str, Option<String>)> {
    let (name, body, unit): (_, _, fn([u8; 2]) -> u16) = match bytes {
        [0xFF, 0xFE, body @ ..] => ("UTF-16LE", body, u16::from_le_bytes),
        [0xFE, 0xFF, body @ ..] => ("UTF-16BE", body, u16::from_be_bytes),
        _ => return None,
    };
    let (pairs, rest) = body.as_chunks::<2>();
    let text = char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect::<Result<String, _>>().ok();
    Some((name, text.filter(|_| rest.is_empty())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_by_their_tables() {
        assert_eq!(windows_1252(b"caf\xE9 \x80 \x99"), "café € ™");
        assert_eq!(utf_16(b"\xFF\xFEa\0\xAC\x20"), Some(("UTF-16LE", Some("a€".to_owned()))));
        assert_eq!(utf_16(b"\xFE\xFF\xD8\x3D\xDE\x00"), Some(("UTF-16BE", Some("😀".to_owned()))));
        assert_eq!(utf_16(b"\xFE\xFF\xD8\x3D"), Some(("UTF-16BE", None)));
        assert_eq!(utf_16(b"\xFF\xFEa"), Some(("UTF-16LE", None)));
        assert_eq!(utf_16(b"ab"), None);
    }
}
