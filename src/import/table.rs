//! Delimited text → header and rows. The delimiter is the one that the header uses; quoting is that of RFC 4180.
//!
//! Invariant: a row keeps its columns or is rejected. A row with one field too many never shifts the rest, and a quote that is
//! never closed does not swallow rows without a word.

use crate::import::row::RowProblem;
use crate::issue::{Issue, IssueKind};
use csv::StringRecord;
use std::ops::ControlFlow;

/// Most columns of a table.
const MAX_COLUMNS: usize = 1024;
/// Longest line, bytes; a line of a million commas costs many times its size.
const MAX_LINE_BYTES: usize = 1_000_000;
/// Lines before the header that are looked at.
const MAX_PREAMBLE: usize = 30;

/// A table found in a text.
pub(super) struct Table {
    /// Column names as they stand.
    pub header: Vec<String>,
    /// Line of the header, from 1.
    pub header_line: u64,
    /// The sign between two fields.
    pub delimiter: u8,
    start: usize,
}

/// Finds the header and the delimiter; `None` where no line looks like a header.
///
/// # Errors
/// A line or header that is too large to be read safely.
pub(super) fn find(text: &str, notes: &mut Vec<Issue>) -> Result<Option<Table>, Issue> {
    let mut start = 0;
    let (mut candidate, mut preamble) = (None, Vec::new());
    for (number, line) in (1_u64..).zip(text.split_inclusive('\n')) {
        if line.len() > MAX_LINE_BYTES {
            let message =
                format!("the line has {} bytes, at most {MAX_LINE_BYTES} are read: is this one table with line breaks?", line.len());
            return Err(Issue::rejected(IssueKind::Unsupported, message).at_line(number));
        }
        if candidate.is_none() && preamble.len() <= MAX_PREAMBLE && !line.trim().is_empty() {
            let (delimiter, fields) = delimiter_of(line);
            let next = text.get(start + line.len()..).unwrap_or_default().lines().find(|line| !line.trim().is_empty());
            let is_title = next.is_some_and(|next| fields * 2 < delimiter_of(next).1);
            if fields < 2 || line.trim_start().starts_with('#') || is_title {
                preamble.push((number, line));
            } else {
                candidate = Some((number, start, delimiter, fields));
            }
        }
        start += line.len();
    }
    let Some((header_line, start, delimiter, fields)) = candidate else { return Ok(None) };
    if fields > MAX_COLUMNS {
        let message = format!("the header has {fields} columns, at most {MAX_COLUMNS} are read");
        return Err(Issue::rejected(IssueKind::Unsupported, message).at_line(header_line));
    }
    let mut header = StringRecord::new();
    let read = reader(text.get(start..).unwrap_or_default(), delimiter).read_record(&mut header).unwrap_or(false);
    if !read {
        return Ok(None);
    }
    for (line, text) in preamble {
        notes.push(Issue::noted(IssueKind::Conversion, "the line before the header is not read").at_line(line).with_value(text.trim()));
    }
    let header = header.iter().map(|name| name.trim().chars().take(64).collect()).collect();
    Ok(Some(Table { header, header_line, delimiter, start }))
}

impl Table {
    /// The columns, shortened for a message.
    pub(super) fn columns_for_message(&self) -> String {
        let names: Vec<&str> = self.header.iter().take(8).map(String::as_str).collect();
        let more = if self.header.len() > names.len() { format!(" and {} more", self.header.len() - names.len()) } else { String::new() };
        format!("{}{more}", names.join(", "))
    }

    /// The same table with other names of its columns.
    pub(super) fn renamed(&self, header: Vec<String>) -> Table {
        Table { header, ..*self }
    }

    /// Whether a column has this name, exactly.
    pub(super) fn has(&self, name: &str) -> bool {
        self.header.iter().any(|column| column == name)
    }

    /// Hands each row after the header to `each`, with its line; a row of blank fields states nothing and is passed over.
    pub(super) fn each_row(&self, text: &str, mut each: impl FnMut(u64, Result<&StringRecord, RowProblem>) -> ControlFlow<()>) {
        let mut is_header = true;
        self.each_record(text, |line, record| match record {
            _ if std::mem::take(&mut is_header) => ControlFlow::Continue(()),
            Ok(record) if record.len() != self.header.len() => {
                each(line, Err(RowProblem::WrongCount { found: record.len(), expected: self.header.len() }))
            }
            record => each(line, record),
        });
    }

    /// The same from the header on, for files that hold several tables of different widths.
    pub(super) fn each_record(&self, text: &str, mut each: impl FnMut(u64, Result<&StringRecord, RowProblem>) -> ControlFlow<()>) {
        let body = text.get(self.start..).unwrap_or_default();
        let mut reader = reader(body, self.delimiter);
        let mut record = StringRecord::new();
        let (mut counted, mut line) = (0, self.header_line);
        while reader.read_record(&mut record).unwrap_or(false) {
            let end = reader.position().byte() as usize;
            let at = record.position().map_or(counted, |position| position.byte() as usize);
            let blank = body.as_bytes().get(at..end).unwrap_or_default().iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let from = at + blank;
            line += count_lines(body.get(counted..from).unwrap_or_default());
            counted = from;
            let result = match open_quote(body.get(from..end).unwrap_or_default(), self.delimiter).filter(|_| end >= body.len()) {
                Some(offset) => {
                    let opened = line + count_lines(body.get(from..from + offset).unwrap_or_default());
                    let last = line + count_lines(body.get(from..end).unwrap_or_default().trim_end());
                    each(line, Err(RowProblem::OpenQuote { opened, last }))
                }
                None if record.iter().all(|field| field.trim().is_empty()) => ControlFlow::Continue(()),
                None => each(line, Ok(&record)),
            };
            if result.is_break() {
                return;
            }
        }
    }
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes())
}

fn count_lines(text: &str) -> u64 {
    text.bytes().filter(|byte| *byte == b'\n').count() as u64
}

/// The delimiter that a line uses most, and the number of fields that it makes.
fn delimiter_of(line: &str) -> (u8, usize) {
    let mut counts = [(b',', 1), (b';', 1), (b'\t', 1), (b'|', 1)];
    let mut is_quoted = false;
    for byte in line.trim_end_matches(['\r', '\n']).bytes() {
        is_quoted ^= byte == b'"';
        if let Some((_, count)) = counts.iter_mut().find(|(delimiter, _)| *delimiter == byte && !is_quoted) {
            *count += 1;
        }
    }
    counts.into_iter().rev().max_by_key(|(_, count)| *count).unwrap_or((b',', 1))
}

/// Where a quoted field starts that does not end within the record.
fn open_quote(record: &str, delimiter: u8) -> Option<usize> {
    let mut opened = None;
    let mut is_start = true;
    let mut bytes = record.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        if opened.is_some() {
            if byte == b'"' && bytes.next_if(|(_, next)| *next == b'"').is_none() {
                opened = None;
            }
        } else if byte == b'"' && is_start {
            opened = Some(at);
        }
        is_start = opened.is_none() && byte == delimiter;
    }
    opened
}
