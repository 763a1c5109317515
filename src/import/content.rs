//! Bytes → text: what kind of file it is, its encoding, and the shape of its first line.

use crate::import::{File, MAX_FILE_BYTES};
use crate::issue::{Issue, IssueKind};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Deepest nesting of a JSON file.
const MAX_DEPTH: u32 = 64;

/// A file as text.
pub struct Content {
    /// Its name.
    pub name: String,
    /// Its text, without a byte order mark.
    pub text: String,
    /// What it looks like.
    pub shape: Shape,
    /// What was assumed in decoding it.
    pub notes: Vec<Issue>,
}

/// What a text looks like.
pub enum Shape {
    /// Starts as JSON does.
    Json,
    /// Lines of fields.
    Delimited {
        /// Between the fields.
        delimiter: u8,
        /// The header's fields, as written.
        headers: Vec<String>,
        /// Lines before the header.
        skipped: u64,
    },
}

/// First bytes of files that are no text, and what to do about them.
const MAGIC: &[(&[u8], &str)] = &[
    (b"PK\x03\x04", "this is a ZIP archive or an Excel workbook (.xlsx); save the sheet as CSV"),
    (b"PK\x05\x06", "this is an empty ZIP archive"),
    (b"\xD0\xCF\x11\xE0", "this is an old Excel workbook (.xls) or a password-protected one; save the sheet as CSV"),
    (b"\x1F\x8B", "this is gzip data; unpack it first"),
    (b"MZ", "this is a Windows program, not an export"),
    (b"\x7FELF", "this is a program, not an export"),
    (b"PAR1", "this is a Parquet file; export CSV or JSON"),
    (b"%PDF", "this is a PDF; export CSV or JSON"),
    (b"\x89PNG", "this is a picture; export CSV or JSON"),
];

impl Content {
    /// Decodes a file.
    ///
    /// # Errors
    /// A file that is too large, empty, or no text.
    pub fn decode(file: &File) -> Result<Content, Issue> {
        let refuse = |message: String| Err(Issue::rejected(IssueKind::Parse, message));
        let bytes = &file.bytes;
        if bytes.len() > MAX_FILE_BYTES {
            return refuse(format!("the file has {} MB, at most 100 MB are read; split it", bytes.len() / (1024 * 1024)));
        }
        if let Some((_, message)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
            return refuse((*message).to_owned());
        }
        let mut notes = Vec::new();
        let text = decode_text(bytes, &file.name, &mut notes)?;
        if text.trim().is_empty() {
            return refuse("the file is empty".to_owned());
        }
        let shape = if text.trim_start().starts_with(['{', '[']) {
            check_depth(&text)?;
            Shape::Json
        } else {
            delimited(&text, &file.name, &mut notes)
        };
        Ok(Content { name: file.name.clone(), text, shape, notes })
    }

    /// Whether the header has a field of this name, case and surrounding space aside.
    pub fn has_header(&self, name: &str) -> bool {
        match &self.shape {
            Shape::Json => false,
            Shape::Delimited { headers, .. } => headers.iter().any(|header| header.trim().eq_ignore_ascii_case(name)),
        }
    }

    /// Line of a byte offset, counted from 1.
    pub fn line_of(&self, offset: usize) -> u64 {
        let before = self.text.as_bytes().get(..offset).unwrap_or_default();
        1 + before.iter().filter(|byte| **byte == b'\n').count() as u64
    }
}

fn decode_text(bytes: &[u8], name: &str, notes: &mut Vec<Issue>) -> Result<String, Issue> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let (text, _, has_errors) = encoding.decode(bytes.get(length..).unwrap_or_default());
        if encoding == UTF_16LE || encoding == UTF_16BE {
            notes.push(Issue::noted(IssueKind::Conversion, format!("read as {}, by its byte order mark", encoding.name())).in_file(name));
        }
        if has_errors {
            notes.push(Issue::noted(IssueKind::Conversion, "some bytes are not of its encoding and are shown as \u{fffd}").in_file(name));
        }
        return Ok(text.into_owned());
    }
    let head = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
    let nulls = head.iter().filter(|byte| **byte == 0).count();
    if nulls * 4 > head.len() {
        return Err(Issue::rejected(IssueKind::Parse, "every second byte is zero: this looks like UTF-16 without a byte order mark; save it as UTF-8"));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let line = 1 + bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count() as u64;
            let (text, _, _) = WINDOWS_1252.decode(bytes);
            let message = format!("byte {} is not UTF-8, the file is read as Windows-1252", error.valid_up_to());
            notes.push(Issue::noted(IssueKind::Conversion, message).in_file(name).at_line(line));
            Ok(text.into_owned())
        }
    }
}

/// Refuses a text that nests deeper than any export, before a parser recurses into it.
fn check_depth(text: &str) -> Result<(), Issue> {
    let (mut depth, mut is_string, mut is_escaped, mut line) = (0_u32, false, false, 1_u64);
    for byte in text.bytes() {
        match byte {
            b'\n' => line += 1,
            _ if is_escaped => is_escaped = false,
            b'\\' if is_string => is_escaped = true,
            b'"' => is_string = !is_string,
            b'{' | b'[' if !is_string => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(Issue::rejected(IssueKind::Parse, format!("the JSON nests deeper than {MAX_DEPTH} levels")).at_line(line));
                }
            }
            b'}' | b']' if !is_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

/// Finds the header: the first line that is neither blank nor a comment, split at its most frequent delimiter.
fn delimited(text: &str, name: &str, notes: &mut Vec<Issue>) -> Shape {
    let mut skipped = 0;
    let mut header = "";
    for line in text.split(['\n', '\r']) {
        let trimmed = line.trim();
        if trimmed.is_empty() {
            skipped += 1;
        } else if trimmed.starts_with('#') {
            skipped += 1;
            notes.push(Issue::noted(IssueKind::Conversion, "a comment line is skipped").in_file(name).at_line(skipped).with_value(trimmed));
        } else {
            header = line;
            break;
        }
    }
    let count = |delimiter: char| header.matches(delimiter).count();
    let delimiter = [b',', b';', b'\t', b'|'].into_iter().max_by_key(|delimiter| (count(char::from(*delimiter)), u8::MAX - delimiter)).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(header.as_bytes());
    let mut record = csv::StringRecord::new();
    let headers = match reader.read_record(&mut record) {
        Ok(true) => record.iter().map(str::to_owned).collect(),
        // A header that cannot be read is of no format.
        Ok(false) | Err(_) => Vec::new(),
    };
    Shape::Delimited { delimiter, headers, skipped }
}
