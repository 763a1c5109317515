//! Bytes → text and its shape: a table with a header, or a JSON document. The content decides, not the file's name: a table may
//! come as delimited text or as a workbook.

use crate::import::json::Document;
use crate::import::table::Table;
use crate::import::{ALL, File, MAX_FILE_BYTES, encoding, json, magic, table, workbook, zip};
use crate::issue::{Issue, IssueKind};
use std::borrow::Cow;

/// A decoded file.
pub struct Content<'a> {
    /// File name as the user gave it.
    pub name: &'a str,
    /// Its text, without a byte order mark; empty for a workbook.
    pub text: Cow<'a, str>,
    pub(super) shape: Shape<'a>,
    pub(super) notes: Vec<Issue>,
}

pub(super) enum Shape<'a> {
    Table(Table<'a>),
    Json(Document),
    /// A Flex statement of Interactive Brokers, the only XML that is read.
    FlexXml,
    Other,
}

impl<'a> Content<'a> {
    /// Has someone hear how many bytes of a table have been read.
    pub(super) fn watched(self, watch: &'a dyn Fn(u64)) -> Content<'a> {
        let shape = match self.shape {
            Shape::Table(table) => Shape::Table(table.watched(Some(watch))),
            shape => shape,
        };
        Content { shape, ..self }
    }
}

impl Content<'_> {
    /// The document, if it is JSON.
    pub(super) fn json(&self) -> Option<&Document> {
        match &self.shape {
            Shape::Json(document) => Some(document),
            Shape::Table(_) | Shape::FlexXml | Shape::Other => None,
        }
    }

    /// The table, if it is one.
    pub(super) fn table(&self) -> Option<&Table<'_>> {
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
            Shape::Other if self.text.is_empty() => "a sheet without a header row".to_owned(),
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
pub(super) fn decode(file: &File) -> Result<Content<'_>, Issue> {
    let bytes = &file.bytes;
    if let Some(reason) = &file.refused {
        return Err(Issue::rejected(IssueKind::Unsupported, reason.clone()));
    }
    if bytes.len() > MAX_FILE_BYTES {
        let message = format!("the file has {} bytes, at most {MAX_FILE_BYTES} are read: split it into parts", bytes.len());
        return Err(Issue::rejected(IssueKind::Unsupported, message));
    }
    let mut notes = Vec::new();
    if zip::is_zip(bytes) {
        let sheet = workbook::read(bytes, &mut notes)?;
        let shape = table::find_in_sheet(sheet, &mut notes)?.map_or(Shape::Other, Shape::Table);
        return Ok(Content { name: &file.name, text: Cow::Borrowed(""), shape, notes });
    }
    if let Some(issue) = magic::refuse(bytes) {
        return Err(issue);
    }
    let text = encoding::decode(bytes, &mut notes)?;
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
    Ok(Content { name: &file.name, text, shape, notes })
}
