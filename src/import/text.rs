//! Text cells → names that are safe to show: nothing is interpreted, and no invisible character stays invisible.

use crate::import::MAX_TEXT_CHARS;

/// A cleaned name and whether characters in it were replaced.
pub(super) struct Cleaned {
    /// The name.
    pub text: String,
    /// Whether control characters were made visible.
    pub replaced: bool,
}

/// Trims a cell and takes off the apostrophe with which spreadsheets and our own export protect `=`, `+`, `-` and `@`; the rest as
/// [`visible`].
///
/// # Errors
/// What is wrong with the name.
pub(super) fn clean(cell: &str) -> Result<Cleaned, String> {
    let cell = cell.trim();
    let cell = match cell.strip_prefix('\'') {
        Some(rest) if rest.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r', '\0']) => rest,
        _ => cell,
    };
    visible(cell)
}

/// Shows control characters as their pictures (`␛`), marks of text direction as `�`. Line breaks and tabs inside a name stay.
///
/// # Errors
/// What is wrong with the name.
pub(super) fn visible(cell: &str) -> Result<Cleaned, String> {
    // Four bytes are the most that a character takes, so long cells are refused before they are walked.
    if cell.len() > MAX_TEXT_CHARS && (cell.len() > 4 * MAX_TEXT_CHARS || cell.chars().count() > MAX_TEXT_CHARS) {
        return Err(format!("a text of {} bytes; at most {MAX_TEXT_CHARS} characters are accepted", cell.len()));
    }
    if cell.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Ok(Cleaned { text: cell.to_owned(), replaced: false });
    }
    if cell.contains('\0') {
        return Err("a text with a NUL character, which no name holds".to_owned());
    }
    if !cell.chars().any(is_hidden) {
        return Ok(Cleaned { text: cell.to_owned(), replaced: false });
    }
    Ok(Cleaned { text: cell.chars().map(picture).collect(), replaced: true })
}

fn is_hidden(sign: char) -> bool {
    let is_direction = matches!(sign, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    is_direction || (sign.is_control() && !matches!(sign, '\n' | '\r' | '\t'))
}

fn picture(sign: char) -> char {
    match sign {
        '\u{7f}' => '\u{2421}',
        '\0'..='\u{1f}' if is_hidden(sign) => char::from_u32(0x2400 + u32::from(sign)).unwrap_or('\u{fffd}'),
        _ if is_hidden(sign) => '\u{fffd}',
        _ => sign,
    }
}
