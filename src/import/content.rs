//! Bytes → text and its shape: a table with a header, or a JSON document. The content decides, not the file's name.
//!
//! Invariant: no character is replaced in silence; a file that is not UTF-8 says how it was read.

use crate::import::json::Document;
use crate::import::table::Table;
use crate::import::{ALL, File, MAX_FILE_BYTES, encoding, json, magic, table};
use crate::issue::{Issue, IssueKind};

/// A decoded file.
pub struct Content {
    /// File name as the user gave it.
    pub name: String,
    /// Its text, without a byte order mark.
    pub text: String,
    pub(super) shape: Shape,
    pub(super) notes: Vec<Issue>,
}

pub(super) enum Shape {
    Table(Table),
    Json(Document),
    /// A Flex statement of Interactive Brokers, the only XML that is read.
    FlexXml,
    Other,
}

impl Content {
    /// The document, if it is JSON.
    pub(super) fn json(&self) -> Option<&Document> {
        match &self.shape {
            Shape::Json(document) => Some(document),
            Shape::Table(_) | Shape::FlexXml | Shape::Other => None,
        }
    }

    /// The table, if it is one.
    pub(super) fn table(&self) -> Option<&Table> {
        match &self.shape {
            Shape::Table(table) => Some(table),
            Shape::Json(_) | Shape::FlexXml | Shape::Other => None,
        }
    }

    /// Whether it is a Flex statement as XML.
    pub(super) fn is_flex_xml(&self) -> bool {
        matches!(self.shape, Shape::FlexXml)
    }

    /// What stands there, and what would be accepted.
    pub(super) fn not_recognized(&self) -> Issue {
        let accepted: Vec<&str> = ALL.iter().map(|def| def.label).collect();
        if is_link(&self.text) {
            let message = "this is a shared link: open it in the address bar of the browser, it is no file of positions";
            return Issue::rejected(IssueKind::Unsupported, message).at_line(1);
        }
        let found = match &self.shape {
            Shape::Table(table) => format!("a table with the columns {}", table.columns_for_message()),
            Shape::Json(document) => document.describe(),
            Shape::FlexXml => "a Flex statement".to_owned(),
            Shape::Other => "text without a header row".to_owned(),
        };
        let line = match &self.shape {
            Shape::Table(table) => table.header_line,
            Shape::Json(_) | Shape::FlexXml | Shape::Other => 1,
        };
        let message = format!("this is {found}, which is no known format; accepted are: {}", accepted.join(", "));
        Issue::rejected(IssueKind::Unsupported, message).at_line(line)
    }
}

/// Whether the text is a link of ours, whole or damaged: a fragment that starts with a version.
fn is_link(text: &str) -> bool {
    let text = text.trim_start();
    let end = text.char_indices().nth(4096).map_or(text.len(), |(at, _)| at);
    let fragment = text.get(..end).and_then(|head| head.split_once('#')).and_then(|(_, fragment)| fragment.strip_prefix('v'));
    fragment
        .and_then(|rest| rest.split_once('.'))
        .is_some_and(|(version, _)| matches!(version.len(), 1..=3) && version.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Decodes a file and finds its shape.
///
/// # Errors
/// Why the file cannot be read at all, and what to do.
pub(super) fn decode(file: &File) -> Result<Content, Issue> {
    let bytes = &file.bytes;
    if let Some(reason) = &file.refused {
        return Err(Issue::rejected(IssueKind::Unsupported, reason.clone()));
    }
    if bytes.len() > MAX_FILE_BYTES {
        let message = format!("the file has {} bytes, at most {MAX_FILE_BYTES} are read: split it into parts", bytes.len());
        return Err(Issue::rejected(IssueKind::Unsupported, message));
    }
    if let Some(issue) = magic::refuse(bytes) {
        return Err(issue);
    }
    let mut notes = Vec::new();
    let text = decode_text(bytes, &mut notes)?;
    if text.trim().is_empty() {
        return Err(Issue::rejected(IssueKind::MissingData, "the file is empty"));
    }
    let has_name = |ending: &str| file.name.len() >= ending.len() && file.name.to_lowercase().ends_with(ending);
    if let Some(issue) = magic::refuse_xml(&text) {
        return Err(issue);
    }
    let is_json = text.trim_start().starts_with(['{', '[']);
    if is_json && (has_name(".csv") || has_name(".tsv")) {
        let message = "the content is JSON although the name says CSV: rename the file to .json, or export it as CSV";
        return Err(Issue::rejected(IssueKind::Parse, message).at_line(1));
    }
    let shape = if is_json || has_name(".json") {
        Shape::Json(json::parse(&text)?)
    } else if magic::is_xml(&text) {
        Shape::FlexXml
    } else {
        table::find(&text, &mut notes)?.map_or(Shape::Other, Shape::Table)
    };
    Ok(Content { name: file.name.clone(), text, shape, notes })
}

fn decode_text(bytes: &[u8], notes: &mut Vec<Issue>) -> Result<String, Issue> {
    if let Some(body) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        return utf8_or_windows(body, notes);
    }
    if let Some((name, decoded)) = encoding::utf_16(bytes) {
        let Some(text) = decoded else {
            return Err(Issue::rejected(IssueKind::Parse, format!("the file is damaged {name} text: save it as UTF-8")));
        };
        notes.push(Issue::noted(IssueKind::Conversion, format!("the file is {name} text, read as such")));
        return Ok(text);
    }
    let head = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
    let zeros = head.iter().filter(|byte| **byte == 0).count();
    if zeros * 4 > head.len() {
        let message = "every second byte is zero: the file is UTF-16 text without a byte order mark, or no text at all; save it as UTF-8";
        return Err(Issue::rejected(IssueKind::Unsupported, message));
    }
    utf8_or_windows(bytes, notes)
}

fn utf8_or_windows(bytes: &[u8], notes: &mut Vec<Issue>) -> Result<String, Issue> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let at = error.valid_up_to();
            let before = bytes.get(..at).unwrap_or_default();
            let line = 1 + before.iter().filter(|byte| **byte == b'\n').count() as u64;
            let bad: Vec<String> = bytes.iter().skip(at).take(4).map(|byte| format!("{byte:02X}")).collect();
            let message = format!("the bytes at offset {at} are not UTF-8; the whole file is read as Windows-1252, check its letters");
            notes.push(Issue::noted(IssueKind::Conversion, message).at_line(line).with_value(&bad.join(" ")));
            Ok(encoding::windows_1252(bytes))
        }
    }
}
