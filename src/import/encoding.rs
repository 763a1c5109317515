//! Bytes → text: UTF-8, else the encoding that a byte order mark names, else Windows-1252.
//!
//! Invariant: no character is replaced in silence; a file that is not UTF-8 says how it was read.

use crate::issue::{Issue, IssueKind};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use std::borrow::Cow;

/// Decodes a file.
///
/// # Errors
/// UTF-16 that is damaged, or that has no byte order mark: its bytes might as well be something else.
pub(super) fn decode<'a>(bytes: &'a [u8], notes: &mut Vec<Issue>) -> Result<Cow<'a, str>, Issue> {
    match Encoding::for_bom(bytes) {
        Some((encoding, length)) if encoding == UTF_8 => utf_8_or_windows(bytes.get(length..).unwrap_or_default(), notes),
        Some((encoding, length)) => {
            let name = encoding.name();
            let text = encoding.decode_without_bom_handling_and_without_replacement(bytes.get(length..).unwrap_or_default());
            let damaged = || Issue::rejected(IssueKind::Parse, format!("the file is damaged {name} text: save it as UTF-8"));
            let text = text.ok_or_else(damaged)?;
            notes.push(Issue::noted(IssueKind::Conversion, format!("the file is {name} text, read as such")));
            Ok(text)
        }
        None => {
            refuse_utf_16(bytes)?;
            utf_8_or_windows(bytes, notes)
        }
    }
}

/// Names UTF-16 without a byte order mark by the place of its zero bytes.
fn refuse_utf_16(bytes: &[u8]) -> Result<(), Issue> {
    let (pairs, _) = bytes.get(..bytes.len().min(4096)).unwrap_or_default().as_chunks::<2>();
    let zeros = |place: usize| pairs.iter().filter(|pair| pair.get(place) == Some(&0)).count();
    let (first, second) = (zeros(0), zeros(1));
    if (first + second) * 2 <= pairs.len() {
        return Ok(());
    }
    let what = match (first, second) {
        (0, _) => "UTF-16LE text without a byte order mark",
        (_, 0) => "UTF-16BE text without a byte order mark",
        _ => "UTF-16 text without a byte order mark, or no text at all",
    };
    Err(Issue::rejected(IssueKind::Unsupported, format!("every second byte is zero: the file is {what}; save it as UTF-8")))
}

fn utf_8_or_windows<'a>(bytes: &'a [u8], notes: &mut Vec<Issue>) -> Result<Cow<'a, str>, Issue> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(Cow::Borrowed(text)),
        Err(error) => error,
    };
    let at = error.valid_up_to();
    let line = 1 + bytes.iter().take(at).filter(|byte| **byte == b'\n').count() as u64;
    let bad: Vec<String> = bytes.iter().skip(at).take(4).map(|byte| format!("{byte:02X}")).collect();
    let message = format!("the bytes at offset {at} are not UTF-8; the whole file is read as Windows-1252, check its letters");
    notes.push(Issue::noted(IssueKind::Conversion, message).at_line(line).with_value(&bad.join(" ")));
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text, or the message of the refusal, and the notes.
    fn read(bytes: &[u8]) -> (String, Vec<String>) {
        let mut notes = Vec::new();
        let text = decode(bytes, &mut notes).map_or_else(|issue| issue.message, Cow::into_owned);
        (text, notes.into_iter().map(|issue| issue.message).collect())
    }

    #[test]
    fn bytes_are_read_by_their_mark_and_say_so() {
        for (bytes, text, note) in [
            (&b"caf\xC3\xA9"[..], "café", ""),
            (b"\xEF\xBB\xBFcaf\xC3\xA9", "café", ""),
            (b"caf\xE9 \x80 \x99 \x81", "café € ™ \u{81}", "offset 3 are not UTF-8"),
            (b"\xFF\xFEa\0\xAC\x20", "a€", "UTF-16LE"),
            (b"\xFE\xFF\xD8\x3D\xDE\x00", "😀", "UTF-16BE"),
        ] {
            let (found, notes) = read(bytes);
            assert_eq!(found, text);
            assert!(notes.concat().contains(note) && notes.is_empty() == note.is_empty(), "{notes:?}");
        }
    }

    #[test]
    fn text_that_cannot_be_told_is_refused_by_its_name() {
        for (bytes, part) in [
            (&b"\xFE\xFF\xD8\x3D"[..], "damaged UTF-16BE"),
            (b"\xFF\xFEa", "damaged UTF-16LE"),
            (b"a\0,\0b\0\n\0", "UTF-16LE text without"),
            (b"\0a\0,\0b\0\n", "UTF-16BE text without"),
            (b"\0\0\0\0", "no text at all"),
        ] {
            let (message, notes) = read(bytes);
            assert!(message.contains(part) && notes.is_empty(), "{message}");
        }
    }
}
